# Fuzz targets of films, sounds, documents and answers: one a parser, those of files of one source, each with the first
# bytes of its files. Only libFuzzer's own programs: the same code is run over damaged files by the unit tests.
if(NOT GVW_FUZZ)
  return()
endif()

function(gvw_fuzz_program program source)
  add_executable(${program} "${CMAKE_CURRENT_LIST_DIR}/${source}")
  gvw_options(${program})
  target_link_options(${program} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${program} PRIVATE gvw_media)
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
endfunction()

# gvw_fuzz_media(NAME AT SIGNATURE): fuzz_media_NAME.
function(gvw_fuzz_media name at signature)
  gvw_fuzz_program(fuzz_media_${name} media_fuzz.cpp)
  target_compile_definitions(fuzz_media_${name} PRIVATE GVW_FUZZ_AT=${at} "GVW_FUZZ_SIGNATURE=\"${signature}\"")
endfunction()

gvw_fuzz_media(mp4 4 ftypisom)
gvw_fuzz_media(matroska 0 "\\x1a\\x45\\xdf\\xa3")
gvw_fuzz_media(avi 8 "AVI ")
gvw_fuzz_media(wav 8 "WAVE")
gvw_fuzz_media(aiff 8 "AIFF")
gvw_fuzz_media(program_stream 0 "\\x00\\x00\\x01\\xba")
gvw_fuzz_media(transport_stream 0 "G")
gvw_fuzz_media(flv 0 "FLV\\x01")
gvw_fuzz_media(asf 0 "\\x30\\x26\\xb2\\x75\\x8e\\x66\\xcf\\x11")
gvw_fuzz_media(ogg 0 OggS)
gvw_fuzz_media(flac 0 fLaC)
gvw_fuzz_media(frames 0 ID3)
gvw_fuzz_media(pdf 0 "%PDF-")

gvw_fuzz_program(fuzz_inflate inflate_fuzz.cpp)
gvw_fuzz_program(fuzz_detections detections_fuzz.cpp)
