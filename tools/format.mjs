/** `npm run format`: writes every file as the linters want it. */

import path from "node:path";
import { filesBelow, root, runSteps, step } from "./steps.mjs";

const sources = filesBelow(["src", "bindings", "tests/unit", "tests/fuzz"], { except: ["generated"] });

await runSteps(async () => {
  await step("Formatting JavaScript, TypeScript, CSS and HTML", {
    run: [path.join(root, "npm/node_modules/.bin/biome"), "check", "--write"],
    mend: "the rest is for you: see above",
  });
  await step("Formatting C++", {
    run: ["clang-format-19", "-i", ...sources.filter((file) => /\.(cpp|h)$/.test(file))],
    mend: "is clang-format-19 installed? tools/setup installs it on Debian",
  });
});
