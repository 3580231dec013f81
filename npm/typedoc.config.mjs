/** `npm run reference` at the root. A warning is a failure. */

import { readFileSync } from "node:fs";

const { exports } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** @type {import("typedoc").TypeDocOptions} */
export default {
  name: "gemini-vision-wasm",
  // Every entry of the package that has types; `@module` in their first comments names them.
  entryPoints: Object.values(exports).flatMap(({ types }) =>
    types === undefined ? [] : [types.replace(/^\.\/dist\/(.*)\.d\.ts$/, "src/$1.ts")],
  ),
  out: "../build/reference",
  readme: "../README.md",
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  treatWarningsAsErrors: true,
};
