/** `npm run reference`: the API reference, by typedoc, in build/reference. A warning is a failure. */

import path from "node:path";
import { root, runSteps, step } from "./steps.mjs";

const typedoc = path.join(root, "npm/node_modules/.bin/typedoc");

await runSteps(() =>
  step("Writing the reference into build/reference", {
    run: [typedoc],
    cwd: path.join(root, "npm"),
    mend: "run npm run build first; then correct the comments as typedoc says",
  }),
);
