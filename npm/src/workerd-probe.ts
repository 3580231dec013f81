/** `gemini-vision-wasm/probe` for workerd; see workerd.ts. */

import core from "./core.wasm";
import { init } from "./wasm/load.js";

init({ wasm: { core } });

export * from "./entry-probe.js";
