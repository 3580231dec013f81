# Tables made from the data files by tools/generate.mjs: gives the target gvw_generated and the folder GVW_GENERATED.
find_program(GVW_NODE node REQUIRED NO_CMAKE_FIND_ROOT_PATH)
set(GVW_GENERATED "${PROJECT_BINARY_DIR}/generated")
set(vocabulary "${PROJECT_SOURCE_DIR}/src/base/vocabulary.json")
set(models "${PROJECT_SOURCE_DIR}/src/tokens/models.json")
file(GLOB generators CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tools/generate/*.mjs")

add_custom_command(
  OUTPUT "${GVW_GENERATED}/vocabulary.h" "${GVW_GENERATED}/token_rules.h"
  COMMAND "${GVW_NODE}" "${PROJECT_SOURCE_DIR}/tools/generate.mjs"
          --vocabulary-header "${GVW_GENERATED}/vocabulary.h" --models-header "${GVW_GENERATED}/token_rules.h"
  # The generator leaves an unchanged file alone, but Ninja wants to see that the rule has run.
  COMMAND "${CMAKE_COMMAND}" -E touch_nocreate "${GVW_GENERATED}/vocabulary.h" "${GVW_GENERATED}/token_rules.h"
  DEPENDS "${vocabulary}" "${models}" "${PROJECT_SOURCE_DIR}/tools/generate.mjs" ${generators}
  VERBATIM)
add_custom_target(gvw_generated DEPENDS "${GVW_GENERATED}/vocabulary.h" "${GVW_GENERATED}/token_rules.h")
