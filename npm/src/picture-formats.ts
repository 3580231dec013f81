/** Which formats of pictures can be worked with here, by what is to be done. */

/** How raw pixels are called where a file's format is. */
export const rawFormat = "rgba";
/** ISO/IEC 23008-12: pictures that heif.wasm decodes. */
export const heifFormats: readonly string[] = ["heic", "heif"];

/** Formats whose pixels can be had here. */
export const decodable: readonly string[] = ["jpeg", "png", "webp", ...heifFormats, "gif", "bmp", rawFormat];

/** Formats whose metadata can be taken out without touching the picture. */
export const strippable: readonly string[] = ["jpeg", "png", "webp", ...heifFormats];
