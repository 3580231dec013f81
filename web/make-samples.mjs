/** Fills public/samples, which is no part of the repository: the sample pictures, and a thumbnail of each. */

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { encodeJpeg, encodePng, scene, storedAs, writeSamples } from "../tools/samples.mjs";

const folder = path.join(import.meta.dirname, "public", "samples");

/** The pixels as the sample stores them, small. */
const thumbnails = {
  "sideways.jpg": () => encodeJpeg(storedAs(6, scene(96, 144)), { quality: 85 }),
  "hills.jpg": () => encodeJpeg(scene(144, 96), { quality: 85 }),
  "sideways.png": () => encodePng(storedAs(8, scene(96, 144)), { colorType: 2 }),
  "hills.png": () => encodePng(scene(144, 96), { colorType: 2 }),
};

export async function makeSamples() {
  await writeSamples(folder);
  await mkdir(path.join(folder, "thumbnails"), { recursive: true });
  for (const [name, make] of Object.entries(thumbnails)) await writeFile(path.join(folder, "thumbnails", name), make());
}
