# GVW_CACHE: where tools/setup keeps what it fetches; the same rule as there.
if(DEFINED ENV{GEMINI_VISION_WASM_CACHE} AND NOT "$ENV{GEMINI_VISION_WASM_CACHE}" STREQUAL "")
  set(GVW_CACHE "$ENV{GEMINI_VISION_WASM_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(GVW_CACHE "$ENV{XDG_CACHE_HOME}/gemini-vision-wasm")
else()
  set(GVW_CACHE "$ENV{HOME}/.cache/gemini-vision-wasm")
endif()
