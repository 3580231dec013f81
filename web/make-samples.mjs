/** Fills public/samples, which is no part of the repository: the sample media, and a thumbnail of each. */

import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { encodeFilm } from "../tools/film-writer.mjs";
import { encodePdf } from "../tools/pdf-writer.mjs";
import { encodePng, scene, storedAs, writeSamples } from "../tools/samples.mjs";

const folder = path.join(import.meta.dirname, "public", "samples");

const letter = [
  [
    "The house by the lake",
    "",
    "Dear friend,",
    "",
    "the house stands on the left bank, with a red roof and one window lit.",
    "Behind it three ranges of hills fade from green to blue. In the evening",
    "the sun goes down on the right, above the pines, and the lake doubles it.",
    "",
    "Bring a lamp, two blankets and something to read.",
  ],
  [
    "How to get there",
    "",
    "1. Take the boat at four o'clock.",
    "2. Follow the shore for 800 metres.",
    "3. Knock twice.",
  ],
];

const film = { width: 240, height: 160, frames: 12, framesPerSecond: 2 };

/** The evening of the scene: less light with every frame, and redder. */
function evening(share, { width, height } = film) {
  const image = scene(width, height);
  const gains = [1 - 0.45 * share, 1 - 0.65 * share, 1 - 0.6 * share];
  for (let i = 0; i < image.data.length; i++) if (i % 4 < 3) image.data[i] *= gains[i % 4];
  return image;
}

/** A sheet with lines on it. */
function sheet(width, height) {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  const [left, right, top, bottom] = [48, 96, 8, 88];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isPaper = x >= left && x < right && y >= top && y < bottom;
      const isInk =
        isPaper && x >= left + 6 && x < right - 6 - ((y * 7) % 13) && y > top + 6 && y < bottom - 16 && y % 6 < 2;
      data.set(isInk ? [120, 116, 104] : isPaper ? [255, 254, 251] : [214, 208, 192], 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

/** Pictures as the sample stores them, small: what lies on its side here stands upright once it is taken. */
const thumbnails = {
  "sideways.jpg": () => storedAs(6, scene(96, 144)),
  "hills.jpg": () => scene(144, 96),
  "sideways.png": () => storedAs(8, scene(96, 144)),
  "letter.pdf": () => sheet(144, 96),
  "sunset.mp4": () => evening(0.7, { width: 144, height: 96 }),
};

export async function makeSamples() {
  await rm(folder, { recursive: true, force: true });
  await writeSamples(folder);
  const images = Array.from({ length: film.frames }, (_, i) => evening(i / (film.frames - 1)));
  await writeFile(path.join(folder, "sunset.mp4"), encodeFilm(images, film));
  await writeFile(path.join(folder, "letter.pdf"), encodePdf(letter));
  await mkdir(path.join(folder, "thumbnails"), { recursive: true });
  for (const [name, make] of Object.entries(thumbnails)) {
    await writeFile(path.join(folder, "thumbnails", `${name}.png`), encodePng(make(), { colorType: 2 }));
  }
}
