/** `gemini-vision-wasm/estimate` for workerd; see workerd.ts. */

import core from "./core.wasm";
import { init } from "./wasm/load.js";

init({ wasm: { core } });

export * from "./entry-estimate.js";
