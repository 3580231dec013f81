# Fuzz targets of films, sounds and documents: one a parser, of one source, each with the first bytes of its files.

# gvw_fuzz_media(NAME AT SIGNATURE): fuzz_media_NAME.
function(gvw_fuzz_media name at signature)
  add_executable(fuzz_media_${name} "${CMAKE_CURRENT_LIST_DIR}/media_fuzz.cpp")
  gvw_options(fuzz_media_${name})
  target_compile_definitions(fuzz_media_${name} PRIVATE GVW_FUZZ_AT=${at} "GVW_FUZZ_SIGNATURE=\"${signature}\"")
  target_link_options(fuzz_media_${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(fuzz_media_${name} PRIVATE gvw_media)
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

add_executable(fuzz_inflate "${CMAKE_CURRENT_LIST_DIR}/inflate_fuzz.cpp")
gvw_options(fuzz_inflate)
target_link_options(fuzz_inflate PRIVATE -fsanitize=fuzzer)
target_link_libraries(fuzz_inflate PRIVATE gvw_media)

add_executable(fuzz_detections "${CMAKE_CURRENT_LIST_DIR}/detections_fuzz.cpp")
gvw_options(fuzz_detections)
target_link_options(fuzz_detections PRIVATE -fsanitize=fuzzer)
target_link_libraries(fuzz_detections PRIVATE gvw_media)
