/** `npm run bench`: builds the package, then measures it against its peers, which are dependencies of the bench alone. */

import path from "node:path";
import { build } from "./build.mjs";
import { root, runSteps, step, unlessUnchanged } from "./steps.mjs";

const folder = path.join(root, "tests/bench");

await runSteps(async () => {
  await build();
  const inputs = [path.join(folder, "package-lock.json")];
  await unlessUnchanged("bench", { inputs, outputs: ["tests/bench/node_modules"] }, () =>
    step("Installing the peers", {
      run: ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
      cwd: folder,
      mend: "read npm's words above",
    }),
  );
  await step("Measuring", {
    run: [process.execPath, "--expose-gc", "bench.mjs"],
    cwd: folder,
    loud: true,
    mend: "a bar that is missed on a busy machine may hold on a quiet one; run it again before looking further",
  });
});
