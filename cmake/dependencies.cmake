# The libraries built from source. Gives the targets stb, nlohmann_json::nlohmann_json and, where GVW_TESTS is on,
# GTest::gtest_main. Versions, hashes and addresses are rows of libraries.txt; the file is the one tools/setup put into the
# cache, or upstream's where it is not there. Never both: CMake refuses a list of a local and a remote address, and trying
# an unreachable one first would cost more than a minute a library.
include(FetchContent)
include("${CMAKE_CURRENT_LIST_DIR}/cache_folder.cmake")

# gvw_locate(NAME): sets `address` and `hash` from the table's rows of that name: the first whose file is in the cache, else
# the first of all.
function(gvw_locate name)
  file(STRINGS "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/libraries.txt" rows REGEX "^${name} ")
  foreach(row IN LISTS rows)
    string(REGEX MATCHALL "[^ ]+" row "${row}")
    list(GET row 1 version)
    list(GET row 2 row_hash)
    list(GET row 5 row_address)
    # The rule of cached_name in tools/setup.
    string(REGEX MATCH "(\\.tar)?\\.[a-z0-9]+$" ending "${row_address}")
    set(cached "${GVW_CACHE}/sources/${name}-${version}${ending}")
    if(EXISTS "${cached}")
      set(address "${cached}")
      set(hash "${row_hash}")
      break()
    elseif(NOT address)
      set(address "${row_address}")
      set(hash "${row_hash}")
    endif()
  endforeach()
  if(NOT address)
    message(FATAL_ERROR "cmake/libraries.txt has no row for ${name}")
  elseif(NOT EXISTS "${address}")
    message(STATUS "${name} is not in ${GVW_CACHE} (tools/setup puts it there): fetching ${address}")
  endif()
  set(address "${address}" PARENT_SCOPE)
  set(hash "${hash}" PARENT_SCOPE)
endfunction()

# gvw_declare(NAME [FetchContent option...]): FetchContent_Declare of the table's tarball.
function(gvw_declare name)
  gvw_locate(${name})
  # SYSTEM comes first: CMake 3.25 takes it for a value of whatever keyword stands before it. Files get the time of their
  # extraction, so that a changed version is newer than what was built from the one before.
  FetchContent_Declare(${name} SYSTEM URL "${address}" URL_HASH SHA256=${hash} DOWNLOAD_EXTRACT_TIMESTAMP FALSE ${ARGN})
endfunction()

# gvw_header(NAME FOLDER): puts the table's single header NAME.h into FOLDER. FetchContent would leave a local file that
# needs no unpacking where it is, under its name in the cache.
function(gvw_header name folder)
  gvw_locate(${name})
  set(header "${folder}/${name}.h")
  if(EXISTS "${address}")
    file(MAKE_DIRECTORY "${folder}")
    file(COPY_FILE "${address}" "${header}" ONLY_IF_DIFFERENT)
    file(SHA256 "${header}" found)
    if(NOT found STREQUAL hash)
      message(FATAL_ERROR "${address} is damaged. Run tools/setup.")
    endif()
  else()
    file(DOWNLOAD "${address}" "${header}" EXPECTED_HASH SHA256=${hash})
  endif()
endfunction()

set(stb_folder "${FETCHCONTENT_BASE_DIR}/stb")
gvw_header(stb_image "${stb_folder}")
add_library(stb INTERFACE)
target_include_directories(stb SYSTEM INTERFACE "${stb_folder}")

# Headers only, taken without its CMakeLists.txt, which asks for a CMake so old that CMake 4 refuses it: SOURCE_SUBDIR names
# a folder that has none.
gvw_declare(nlohmann_json SOURCE_SUBDIR single_include)
FetchContent_MakeAvailable(nlohmann_json)
add_library(nlohmann_json INTERFACE)
add_library(nlohmann_json::nlohmann_json ALIAS nlohmann_json)
target_include_directories(nlohmann_json SYSTEM INTERFACE "${nlohmann_json_SOURCE_DIR}/single_include")

if(GVW_TESTS)
  set(INSTALL_GTEST OFF)
  gvw_declare(googletest)
  FetchContent_MakeAvailable(googletest)
  if(EMSCRIPTEN)
    # In place of its -fexceptions, which would have JavaScript unwind, and does not go with WebAssembly's own longjmp.
    set_target_properties(gtest gtest_main PROPERTIES COMPILE_FLAGS "-fno-exceptions -DGTEST_HAS_PTHREAD=0")
  endif()
endif()
