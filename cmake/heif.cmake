# libde265 and libheif, the HEVC decoder and its container, for heif.wasm alone: they are LGPL-3.0-or-later, and nothing else
# links them. Gives the target libheif. Built from the listed sources by our own rules: their CMake files would look for other
# codecs, and for x86, on the machine.
find_package(Threads REQUIRED)

# Other people's code: as they wrote it, without our warnings. Assertions are off in every build, since a damaged picture
# must never end the process.
# UndefinedBehaviorSanitizer would stop at habits (shifts of negative numbers) that every compiler in use compiles as meant;
# AddressSanitizer stays.
set(GVW_HEIF_OPTIONS -w -DNDEBUG -fno-sanitize=undefined)
set(GVW_EXCEPTIONS -fexceptions)
if(EMSCRIPTEN)
  # The decoder's SSE4.1 kernels become simd128, which is worth a factor of two; link-time optimisation another tenth.
  list(APPEND GVW_HEIF_OPTIONS ${GVW_WASM_COMPILE_OPTIONS} -msse4.1 -fwasm-exceptions)
  set(GVW_EXCEPTIONS -fwasm-exceptions)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND GVW_HEIF_OPTIONS -msse4.1)
endif()

# ── libde265 ────────────────────────────────────────────────────────────────────────────────────────────────────────────
# SOURCE_SUBDIR names a folder that has no CMakeLists.txt.
gvw_declare(libde265 SOURCE_SUBDIR docs)
FetchContent_MakeAvailable(libde265)
file(GLOB de265_sources "${libde265_SOURCE_DIR}/libde265/*.cc")
# Tools for looking at streams, not for decoding them.
list(FILTER de265_sources EXCLUDE REGEX "/(en265|image-io|quality|visualize)\\.cc$")
file(STRINGS "${libde265_SOURCE_DIR}/CMakeLists.txt" version REGEX "VERSION [0-9]+\\.[0-9]+\\.[0-9]+$")
string(REGEX MATCH "([0-9]+)\\.([0-9]+)\\.([0-9]+)" PACKAGE_VERSION "${version}")
math(EXPR NUMERIC_VERSION "${CMAKE_MATCH_1} << 24 | ${CMAKE_MATCH_2} << 16 | ${CMAKE_MATCH_3} << 8" OUTPUT_FORMAT HEXADECIMAL)
configure_file("${libde265_SOURCE_DIR}/libde265/de265-version.h.in" "${PROJECT_BINARY_DIR}/heif/libde265/de265-version.h")

add_library(libde265 STATIC ${de265_sources})
target_include_directories(libde265 SYSTEM PUBLIC "${libde265_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/heif"
                                                   "${PROJECT_BINARY_DIR}/heif/libde265"
                           PRIVATE "${libde265_SOURCE_DIR}/libde265")
target_compile_definitions(libde265 PRIVATE HAVE_MALLOC_H=1 HAVE_POSIX_MEMALIGN=1 PUBLIC LIBDE265_STATIC_BUILD)
target_compile_features(libde265 PRIVATE cxx_std_17)
target_compile_options(libde265 PRIVATE ${GVW_HEIF_OPTIONS})
target_link_libraries(libde265 PUBLIC Threads::Threads PRIVATE gvw_heif_kernels)
# What a decode spends its time on is ours, each in place of a function of libde265's, which is asked where ours does not
# apply: reading coefficients, the borders and the mirrored directions of intra prediction, the deblocking filter, sample
# adaptive offset, the transforms of 4 by 4.
foreach(own residual intra_picture deblock_picture sao_picture transform_blocks)
  target_sources(libde265 PRIVATE "${PROJECT_SOURCE_DIR}/src/heif/${own}.cpp")
endforeach()
target_include_directories(libde265 PRIVATE "${PROJECT_SOURCE_DIR}/src")
# gvw_renamed(FILE NAME=OTHER...): a file of libde265's whose functions get other names, so that ours take their places.
function(gvw_renamed file)
  set_source_files_properties("${libde265_SOURCE_DIR}/libde265/${file}" PROPERTIES COMPILE_DEFINITIONS "${ARGN}")
endfunction()
gvw_renamed(intrapred.cc decode_intra_prediction=gvw_library_intra_prediction)
gvw_renamed(deblock.cc apply_deblocking_filter=gvw_library_deblocking)
gvw_renamed(sao.cc apply_sample_adaptive_offset_sequential=gvw_library_sao)
gvw_renamed(fallback-dct.cc transform_4x4_luma_add_8_fallback=gvw_library_sine
  transform_4x4_add_8_fallback=gvw_library_cosine)
# This one's caller is in the same file. Its twin reads the private state of the arithmetic decoder.
set_source_files_properties("${libde265_SOURCE_DIR}/libde265/slice.cc" PROPERTIES
  COMPILE_OPTIONS "-include;${PROJECT_SOURCE_DIR}/src/heif/residual_choice.h"
  OBJECT_DEPENDS "${PROJECT_SOURCE_DIR}/src/heif/residual_choice.h")
set_source_files_properties("${PROJECT_SOURCE_DIR}/src/heif/residual.cpp" PROPERTIES COMPILE_OPTIONS -fno-access-control)
if("-msse4.1" IN_LIST GVW_HEIF_OPTIONS)
  file(GLOB de265_simd_sources "${libde265_SOURCE_DIR}/libde265/x86/sse*.cc")
  target_sources(libde265 PRIVATE ${de265_simd_sources})
  target_compile_definitions(libde265 PRIVATE HAVE_SSE4_1=1)
endif()

# ── libheif ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
gvw_declare(libheif SOURCE_SUBDIR third-party)
FetchContent_MakeAvailable(libheif)
set(api "${libheif_SOURCE_DIR}/libheif")
file(GLOB heif_sources "${api}/*.cc" "${api}/api/libheif/*.cc" "${api}/codecs/*.cc" "${api}/image-items/*.cc"
     "${api}/color-conversion/*.cc")
list(FILTER heif_sources EXCLUDE REGEX "/(plugins_unix|plugins_windows|heif_experimental)\\.cc$")
list(APPEND heif_sources "${api}/plugins/decoder_libde265.cc" "${api}/plugins/encoder_mask.cc")
set(PROJECT_VERSION_MAJOR 1)
set(PROJECT_VERSION_MINOR 19)
set(PROJECT_VERSION_PATCH 8)
set(PACKAGE_VERSION 1.19.8)
configure_file("${api}/api/libheif/heif_version.h.in" "${PROJECT_BINARY_DIR}/heif/libheif/heif_version.h")

add_library(libheif STATIC ${heif_sources})
target_include_directories(libheif SYSTEM PUBLIC "${api}/api" "${PROJECT_BINARY_DIR}/heif" PRIVATE "${api}")
target_compile_definitions(libheif PRIVATE HAVE_LIBDE265=1 HAVE_UNISTD_H=1 IS_BIG_ENDIAN=0 PUBLIC LIBHEIF_STATIC_BUILD)
if(EMSCRIPTEN)
  # Leaves out libheif's own door to JavaScript; ours is bindings/heif.cpp.
  target_compile_definitions(libheif PRIVATE __EMSCRIPTEN_STANDALONE_WASM__=1)
  target_sources(libheif PRIVATE "${PROJECT_SOURCE_DIR}/bindings/heif_absent.cpp")
  set_source_files_properties("${api}/plugins/decoder_libde265.cc" PROPERTIES
    COMPILE_DEFINITIONS "de265_set_parameter_bool=gvw_keep_filters")
endif()
target_compile_features(libheif PRIVATE cxx_std_20)
# The container's code runs once a picture: small is better than fast.
target_compile_options(libheif PRIVATE ${GVW_HEIF_OPTIONS} -Oz)
target_link_libraries(libheif PRIVATE libde265)
