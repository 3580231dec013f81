/** `gemini-vision-wasm/probe` for workerd; see workerd.ts. */

import core from "./core.wasm";
import media from "./media.wasm";
import { init } from "./wasm/load.js";

init({ wasm: { core, media } });

export * from "./entry-probe.js";
