/** `gemini-vision-wasm/detections` for workerd; see workerd.ts. */

import codec from "./codec.wasm";
import media from "./media.wasm";
import { init } from "./wasm/load.js";

init({ wasm: { media, codec } });

export * from "./entry-detections.js";
