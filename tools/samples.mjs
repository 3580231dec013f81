/**
 * Makes the sample pictures, with nothing but our own writers: `node tools/samples.mjs [folder]`, default build/samples.
 * Two stand upright, two lie sideways as phones store them.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildExif, exifChunk, exifSegment } from "./exif-writer.mjs";
import { encodeJpeg } from "./jpeg-writer.mjs";
import { encodePng } from "./png-writer.mjs";
import { scene, storedAs } from "./scene.mjs";

export { buildExif, encodeJpeg, encodePng, exifChunk, exifSegment, scene, storedAs };

/** Nowhere: the coordinates lie in the middle of the South Pacific. */
const kMadeUpPlace = { latitude: -48.8767, longitude: -123.3933 };

const kSamples = {
  "hills.jpg": () => encodeJpeg(scene(1200, 800), { quality: 88 }),
  "hills.png": () => encodePng(scene(480, 320), { colorType: 2 }),
  "sideways.jpg": () => {
    const exif = buildExif({ orientation: 6, endian: "big", make: "Sample", model: "Phone 1", gps: kMadeUpPlace });
    return encodeJpeg(storedAs(6, scene(800, 1200)), { quality: 88, segments: [exifSegment(exif)] });
  },
  "sideways.png": () => {
    const exif = buildExif({ orientation: 8, endian: "little" });
    const chunks = { beforeIdat: [exifChunk(exif)] };
    return encodePng(storedAs(8, scene(320, 480)), { colorType: 2, chunks });
  },
};

/** Writes every sample into `folder` and returns their paths. */
export async function writeSamples(folder) {
  await mkdir(folder, { recursive: true });
  const paths = [];
  for (const [name, make] of Object.entries(kSamples)) {
    const file = path.join(folder, name);
    await writeFile(file, make());
    paths.push(file);
  }
  return paths;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const folder = path.resolve(process.argv[2] ?? path.join(root, "build", "samples"));
  for (const file of await writeSamples(folder)) console.log(path.relative(process.cwd(), file));
}
