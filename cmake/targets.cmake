# How this project's own targets are compiled.

set(GVW_WARNINGS -Wall -Wextra -Wconversion -Wshadow -Werror)

# The wasm features every target browser has had since 2021. Without bulk memory a large memcpy leaves the module for
# JavaScript; without nontrapping-fptoint a double becomes an integer only after two comparisons.
if(EMSCRIPTEN)
  set(GVW_WASM_COMPILE_OPTIONS -msimd128 -mbulk-memory -mnontrapping-fptoint)
  if(NOT GVW_WASM_DEBUG)
    list(APPEND GVW_WASM_COMPILE_OPTIONS -flto)
  endif()
endif()

# gvw_options(TARGET): language, warnings, features.
function(gvw_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE ${GVW_WARNINGS} ${GVW_WASM_COMPILE_OPTIONS})
  target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}/src" "${GVW_GENERATED}")
  add_dependencies(${target} gvw_generated)
endfunction()

# gvw_library(NAME SOURCE...): a part of the core. Failure is a value here, so no exception and no type is ever looked up.
function(gvw_library name)
  add_library(${name} STATIC ${ARGN})
  gvw_options(${name})
  target_compile_options(${name} PRIVATE -fno-exceptions -fno-rtti)
endfunction()
