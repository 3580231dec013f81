# The pictures that tests and fuzzers look at, made by our own writers: gives the target gvw_fixtures and the folder
# GVW_FIXTURES.
set(GVW_FIXTURES "${PROJECT_SOURCE_DIR}/tests/fixtures/generated")
file(GLOB fixture_makers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/fixtures/*.mjs" "${PROJECT_SOURCE_DIR}/tools/*.mjs")

add_custom_command(
  OUTPUT "${GVW_FIXTURES}/manifest.json"
  COMMAND "${GVW_NODE}" "${PROJECT_SOURCE_DIR}/tests/fixtures/make.mjs"
  # An unchanged file is left alone, but Ninja wants to see that the rule has run.
  COMMAND "${CMAKE_COMMAND}" -E touch_nocreate "${GVW_FIXTURES}/manifest.json"
  DEPENDS ${fixture_makers}
  VERBATIM)
add_custom_target(gvw_fixtures DEPENDS "${GVW_FIXTURES}/manifest.json")
