# Toolchain file of the wasm presets: finds Emscripten (on PATH if new enough, else the one tools/setup unpacked) and
# hands over to Emscripten's own toolchain file.

# CMake reads a toolchain file again for every compiler check; the answer found first is passed on.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES GVW_EMSCRIPTEN_ROOT)

if(NOT GVW_EMSCRIPTEN_ROOT)
  # tools/setup holds the two numbers.
  foreach(name oldest folder)
    file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../tools/setup" line REGEX "^emscripten_${name}=")
    string(REGEX REPLACE "^[^=]*=" "" emscripten_${name} "${line}")
  endforeach()

  find_program(GVW_EMCC_ON_PATH emcc NO_CMAKE_FIND_ROOT_PATH)
  find_program(GVW_EM_CONFIG_ON_PATH em-config NO_CMAKE_FIND_ROOT_PATH)
  mark_as_advanced(GVW_EMCC_ON_PATH GVW_EM_CONFIG_ON_PATH)
  if(GVW_EMCC_ON_PATH AND GVW_EM_CONFIG_ON_PATH)
    execute_process(COMMAND "${GVW_EMCC_ON_PATH}" --version OUTPUT_VARIABLE version ERROR_QUIET)
    if(version MATCHES "\\) ([0-9]+\\.[0-9]+\\.[0-9]+)" AND CMAKE_MATCH_1 VERSION_GREATER_EQUAL emscripten_oldest)
      # emcc on PATH may be a wrapper far from its files.
      execute_process(
        COMMAND "${GVW_EM_CONFIG_ON_PATH}" EMSCRIPTEN_ROOT
        OUTPUT_VARIABLE found
        OUTPUT_STRIP_TRAILING_WHITESPACE)
    endif()
  endif()
  if(NOT found)
    include("${CMAKE_CURRENT_LIST_DIR}/cache_folder.cmake")
    set(found "${GVW_CACHE}/${emscripten_folder}/usr/share/emscripten")
  endif()
  if(NOT EXISTS "${found}/cmake/Modules/Platform/Emscripten.cmake")
    message(FATAL_ERROR "No Emscripten ${emscripten_oldest} or newer on PATH and none in ${GVW_CACHE}. Run tools/setup.")
  endif()
  set(GVW_EMSCRIPTEN_ROOT "${found}" CACHE PATH "The folder of emcc")
endif()

include("${GVW_EMSCRIPTEN_ROOT}/cmake/Modules/Platform/Emscripten.cmake")

# emcc is a Python script, run by the first python3 on PATH. Where that is a version manager's stand-in, which looks for the
# real one each time, it takes as long as the compiler; so the real one is named beforehand. A launcher of
# somebody's own, such as ccache, stays.
if(CMAKE_HOST_UNIX AND NOT DEFINED ENV{EMSDK_PYTHON}
   AND NOT CMAKE_C_COMPILER_LAUNCHER AND NOT DEFINED ENV{CMAKE_C_COMPILER_LAUNCHER}
   AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT DEFINED ENV{CMAKE_CXX_COMPILER_LAUNCHER})
  execute_process(
    COMMAND python3 -c "import sys; print(sys.executable)"
    OUTPUT_VARIABLE python
    OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET)
  if(EXISTS "${python}")
    set(CMAKE_C_COMPILER_LAUNCHER env "EMSDK_PYTHON=${python}")
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
  endif()
endif()
