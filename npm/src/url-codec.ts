/**
 * Where codec.wasm lies. A file of its own in the package's top folder: bundlers look for exactly these words, and one that knows
 * nothing of them leaves an address beside its bundle, where the file can be put.
 */
export const codecUrl = (): URL => new URL("./codec.wasm", import.meta.url);
