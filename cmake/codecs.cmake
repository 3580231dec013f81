# The picture codecs, built from the sources declared here: targets libjpeg_turbo, libwebp and libdeflate. Their own
# CMakeLists.txt are not used: they look for assemblers, build tools and tests, and libjpeg-turbo's refuses to be a part of
# another project. What is listed is what gets linked; each library's licence is named in README.md.
foreach(name libjpeg_turbo libwebp libdeflate)
  gvw_declare(${name} SOURCE_SUBDIR no-such-folder)
endforeach()
FetchContent_MakeAvailable(libjpeg_turbo libwebp libdeflate)

# gvw_hot(HOT SOURCE...): WebAssembly travels, so there only files that match HOT, where the time goes, are compiled for
# speed, the others for size.
function(gvw_hot hot)
  if(EMSCRIPTEN)
    foreach(source IN LISTS ARGN)
      if(source MATCHES "${hot}")
        set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_OPTIONS -O3)
      else()
        set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_OPTIONS -Oz)
      endif()
    endforeach()
  endif()
endfunction()

# gvw_codec(NAME HOT SOURCE...): a library that is not ours to mend: no warnings. Optimised in every build type, for a codec
# at -O0 makes the sanitizers' runs many times slower and finds nothing more.
function(gvw_codec name hot)
  add_library(${name} STATIC ${ARGN})
  target_compile_options(${name} PRIVATE -w ${GVW_WASM_COMPILE_OPTIONS} $<$<CONFIG:Debug>:-O1>)
  gvw_hot("${hot}" ${ARGN})
  set_target_properties(${name} PROPERTIES C_STANDARD 11 EXPORT_COMPILE_COMMANDS OFF)
endfunction()

# ── libjpeg-turbo, for 8 bits a sample ──────────────────────────────────────────────────────────────────────────────
# Left out: jerror.c, which prints and exits (our error manager stands in src/pixels/codecs/jpeg_guard.c), the file and
# memory managers for sources and targets (ours stand there too), arithmetic encoding, and what jpeg_absent.c answers for.
set(parts
  jaricom jcapimin jcapistd jccoefct jccolor jcdctmgr jchuff jcicc jcinit jcmainct jcmarker jcmaster jcomapi jcparam
  jcprepct jcsample jctrans jdapimin jdapistd jdarith jdcoefct jdcolor jddctmgr jdhuff jdicc jdinput jdmainct jdmarker
  jdmaster jdphuff jdpostct jdsample jdtrans jfdctint jidctint jidctred jmemmgr jmemnobs jutils)
set(sources)
foreach(part IN LISTS parts)
  # Version 3 compiles many files once a sample width; version 2 has one folder and one width.
  foreach(candidate "src/wrapper/${part}-8.c" "src/${part}.c" "${part}.c")
    if(EXISTS "${libjpeg_turbo_SOURCE_DIR}/${candidate}")
      list(APPEND sources "${libjpeg_turbo_SOURCE_DIR}/${candidate}")
      break()
    endif()
  endforeach()
endforeach()
set(jpeg_folder "${libjpeg_turbo_SOURCE_DIR}")
if(EXISTS "${jpeg_folder}/src")
  string(APPEND jpeg_folder "/src")
endif()
file(STRINGS "${libjpeg_turbo_SOURCE_DIR}/CMakeLists.txt" VERSION REGEX "^set\\(VERSION ")
string(REGEX MATCH "([0-9]+)\\.([0-9]+)\\.([0-9]+)" VERSION "${VERSION}")
math(EXPR LIBJPEG_TURBO_VERSION_NUMBER "${CMAKE_MATCH_1} * 1000000 + ${CMAKE_MATCH_2} * 1000 + ${CMAKE_MATCH_3}")
# What its configure step would find out.
set(JPEG_LIB_VERSION 62)
set(D_ARITH_CODING_SUPPORTED ON)
set(WITH_SIMD ON) # its interface; the kernels behind it are ours
set(INLINE "__inline__ __attribute__((always_inline))")
set(SIZE_T ${CMAKE_SIZEOF_VOID_P})
set(HAVE_BUILTIN_CTZL ON)
set(jpeg_generated "${PROJECT_BINARY_DIR}/libjpeg_turbo")
configure_file("${jpeg_folder}/jconfig.h.in" "${jpeg_generated}/jconfig.h")
configure_file("${jpeg_folder}/jconfigint.h.in" "${jpeg_generated}/jconfigint.h")
if(EXISTS "${jpeg_folder}/jversion.h.in")
  configure_file("${jpeg_folder}/jversion.h.in" "${jpeg_generated}/jversion.h")
endif()

gvw_codec(libjpeg_turbo "/j(dphuff|dcoefct|idctred)[^/]*$" ${sources})
target_include_directories(libjpeg_turbo SYSTEM PUBLIC "${jpeg_generated}" "${jpeg_folder}")
target_compile_definitions(libjpeg_turbo PRIVATE
  # No environment variables: a library's memory limit is ours to say.
  NO_GETENV
  # One instruction, where the alternative is a table of 64 KB.
  USE_CLZ_INTRINSIC)
# Huffman coding is ours, src/pixels/codecs/jpeg_simd/huffman_*.cpp: of the library's encoder there stays the maker of tables,
# its decoder is asked where a file is out of the ordinary.
foreach(source IN LISTS sources)
  if(source MATCHES "/(jcinit|jctrans|jdmaster|jdtrans)[^/]*$")
    set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_DEFINITIONS
      jinit_huff_encoder=gvw_init_huffman_encoder jinit_huff_decoder=gvw_init_huffman_decoder)
  endif()
endforeach()
if(EMSCRIPTEN)
  # Bit buffers of 64 bits: the library knows machines with 32-bit pointers and 64-bit registers by these two names only,
  # and looks at them nowhere else. -10 % of the time of Huffman decoding.
  foreach(source IN LISTS sources)
    if(source MATCHES "/jdp?huff\\.c$")
      set_source_files_properties("${source}" PROPERTIES COMPILE_DEFINITIONS "__x86_64__=1;__ILP32__=1")
    endif()
    # Of the sizes that one block of coefficients can become, a decoder here asks for 1, 2, 4 and 8: the others are called
    # by one name, which jpeg_absent.c gives.
    if(source MATCHES "/jddctmgr")
      foreach(size 3 5 6 7 9 10 11 12 13 14 15 16)
        set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_DEFINITIONS "jpeg_idct_${size}x${size}=gvw_no_idct")
      endforeach()
    endif()
  endforeach()
endif()

# ── libwebp ─────────────────────────────────────────────────────────────────────────────────────────────────────────
file(GLOB sources
  "${libwebp_SOURCE_DIR}/src/dec/*.c" "${libwebp_SOURCE_DIR}/src/demux/*.c" "${libwebp_SOURCE_DIR}/src/dsp/*.c"
  "${libwebp_SOURCE_DIR}/src/enc/*.c" "${libwebp_SOURCE_DIR}/src/utils/*.c" "${libwebp_SOURCE_DIR}/sharpyuv/*.c")
gvw_codec(libwebp "/dec/(frame|vp8|tree|quant)|/dsp/(dec_s|enc_s|lossless_s|upsampling_s|yuv_s|filters_s|alpha_processing_s|cost_s)|/utils/bit_reader|/enc/quant" ${sources})
# Only RGBA is asked for, and nothing is scaled or measured by the library.
target_compile_definitions(libwebp PRIVATE WEBP_REDUCE_CSP WEBP_REDUCE_SIZE WEBP_DISABLE_STATS WEBP_NEAR_LOSSLESS=0)
target_include_directories(libwebp SYSTEM PUBLIC "${libwebp_SOURCE_DIR}/src" PRIVATE "${libwebp_SOURCE_DIR}")
if(EMSCRIPTEN)
  # Its SSE code, which Emscripten's headers turn into simd128: half the time of its plain C.
  target_compile_options(libwebp PRIVATE -msse4.1)
endif()

# ── libdeflate ──────────────────────────────────────────────────────────────────────────────────────────────────────
file(GLOB sources
  "${libdeflate_SOURCE_DIR}/lib/adler32.c" "${libdeflate_SOURCE_DIR}/lib/crc32.c" "${libdeflate_SOURCE_DIR}/lib/utils.c"
  "${libdeflate_SOURCE_DIR}/lib/deflate_*.c" "${libdeflate_SOURCE_DIR}/lib/zlib_*.c"
  "${libdeflate_SOURCE_DIR}/lib/*/cpu_features.c")
gvw_codec(libdeflate "deflate_decompress|crc32|adler32" ${sources})
target_include_directories(libdeflate SYSTEM PUBLIC "${libdeflate_SOURCE_DIR}")
