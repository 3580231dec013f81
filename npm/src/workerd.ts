/** The main entry for workerd, which compiles modules at deployment only: they are imported, and given to the loader. */

import codec from "./codec.wasm";
import core from "./core.wasm";
import heif from "./heif.wasm";
import media from "./media.wasm";
import { init } from "./wasm/load.js";

init({ wasm: { core, media, codec, heif } });

export * from "./index.js";
