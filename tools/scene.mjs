/**
 * A landscape drawn by arithmetic: sun on the right, house on the left, hills between sky and lake. No two turns of it
 * look alike, so whether a picture stands upright can be seen at a glance and checked by a few pixels.
 */

const mix = (a, b, t) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
const clamp01 = (value) => Math.min(1, Math.max(0, value));
const smooth = (from, to, value) => {
  const t = clamp01((value - from) / (to - from));
  return t * t * (3 - 2 * t);
};

/** A repeatable value 0–1 for each small whole number. */
const kRandom = Float64Array.from({ length: 512 }, (_, n) => {
  const s = Math.sin(n * 127.1 + 311.7) * 43758.5453;
  return s - Math.floor(s);
});

/** Smooth noise along a line: three octaves, 0–1. */
function ridgeNoise(x, seed) {
  let sum = 0;
  for (let octave = 0, scale = 1; octave < 3; octave++, scale *= 2) {
    const cell = Math.floor(x * scale);
    const left = kRandom[cell + seed + 57 * octave];
    const right = kRandom[cell + seed + 57 * octave + 1];
    sum += (left + (right - left) * smooth(0, 1, x * scale - cell)) / scale;
  }
  return sum / 1.75;
}

const kHorizon = 0.66;
const kSun = { x: 0.76, y: 0.24, radius: 0.055 };

/** Near to far: base line, height, how many humps, colour at the top and at the foot. */
const kRidges = [
  { base: 0.68, height: 0.15, humps: 5.3, seed: 77, top: [58, 96, 72], foot: [104, 138, 84] },
  { base: 0.64, height: 0.22, humps: 4.1, seed: 42, top: [86, 116, 138], foot: [140, 160, 160] },
  { base: 0.6, height: 0.3, humps: 3.2, seed: 11, top: [124, 141, 184], foot: [188, 186, 206] },
];

function sky(x, y, aspect) {
  const colour = mix([52, 104, 188], [255, 214, 170], smooth(0, kHorizon, y) ** 1.4);
  const distance = Math.hypot((x - kSun.x) * aspect, y - kSun.y);
  const cloud = ridgeNoise(x * 5 + y * 9, 5) * smooth(0.5, 0.9, ridgeNoise(y * 16 + x * 2, 19)) * smooth(0.5, 0.1, y);
  const clouded = mix(colour, [255, 246, 238], 0.8 * cloud);
  const glowing = mix(clouded, [255, 236, 178], 0.85 * Math.exp(-distance * 7));
  return mix(glowing, [255, 250, 224], smooth(kSun.radius * 1.06, kSun.radius * 0.94, distance));
}

/** Everything above the water line, without house and trees. */
function land(x, y, aspect) {
  const swell = 0.45 + 0.55 * Math.sin(2 + 3 * x) ** 2;
  for (const ridge of kRidges) {
    const crest = ridge.base - ridge.height * ridgeNoise(x * ridge.humps, ridge.seed) * swell;
    if (y > crest) return mix(ridge.top, ridge.foot, clamp01((y - crest) / (kHorizon - crest + 0.02)));
  }
  return sky(x, y, aspect);
}

function lake(x, y, aspect) {
  const depth = (y - kHorizon) / (1 - kHorizon);
  const ripple = 0.012 * Math.sin(y * 260 + 6 * Math.sin(x * 17)) * depth;
  const mirrored = land(x + ripple, Math.max(0, kHorizon - (y - kHorizon) * 1.5), aspect);
  return mix(
    mix(mirrored, [30, 74, 110], 0.35 + 0.25 * depth),
    [220, 236, 240],
    0.1 * smooth(0.6, 1, Math.sin(y * 300 + x * 9)),
  );
}

function house(x, y) {
  if (Math.abs(x - 0.2) < 0.055 && y > 0.57 && y < 0.672) {
    const lit = Math.abs(x - 0.222) < 0.012 && Math.abs(y - 0.615) < 0.016;
    const door = Math.abs(x - 0.178) < 0.012 && y > 0.61;
    if (lit) return [255, 226, 130];
    return door ? [96, 62, 44] : [238, 228, 208];
  }
  const slope = (y - 0.49) * 0.86;
  if (y > 0.49 && y < 0.575 && Math.abs(x - 0.2) < slope) return [176, 52, 42];
  return undefined;
}

/** Stepped pines on the right bank, the nearest the largest. */
const kPines = [
  { x: 0.96, foot: 0.76, height: 0.42 },
  { x: 0.9, foot: 0.73, height: 0.33 },
  { x: 0.83, foot: 0.69, height: 0.21 },
];

function pine(x, y, aspect) {
  for (const tree of kPines) {
    const up = (tree.foot - y) / tree.height;
    if (up < 0 || up > 1) continue;
    const away = (Math.abs(x - tree.x) * aspect) / tree.height;
    if (up < 0.09 && away < 0.025) return [74, 52, 38];
    const tier = ((1 - up) * 5) % 1;
    if (up > 0.07 && away < (1 - up) * 0.2 + tier * 0.045) return mix([24, 58, 44], [46, 92, 58], clamp01(up));
  }
  return undefined;
}

function colourAt(x, y, aspect) {
  const near = pine(x, y, aspect) ?? house(x, y);
  if (near) return near;
  const bank = kHorizon + 0.13 * smooth(0.68, 0.98, x) + 0.03 * smooth(0.34, 0.05, x) + 0.004 * Math.sin(x * 40);
  if (y < kHorizon) return land(x, y, aspect);
  return y < bank ? mix([112, 132, 70], [84, 104, 58], (y - kHorizon) / 0.14) : lake(x, y, aspect);
}

/**
 * The landscape in any size, opaque; every pixel is the mean of four points, so edges are clean.
 * @returns {{ width: number, height: number, data: Uint8ClampedArray }} RGBA
 */
export function scene(width, height) {
  const data = new Uint8ClampedArray(width * height * 4);
  const aspect = width / height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0];
      for (const [dx, dy] of [
        [0.25, 0.25],
        [0.75, 0.25],
        [0.25, 0.75],
        [0.75, 0.75],
      ]) {
        const colour = colourAt((x + dx) / width, (y + dy) / height, aspect);
        for (let i = 0; i < 3; i++) sum[i] += colour[i] / 4;
      }
      data.set([...sum, 255], 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

/** How a camera held in that way stores the picture: what a viewer undoes when it applies EXIF orientation 1–8. */
export function storedAs(orientation, { width, height, data }) {
  const transposed = orientation > 4;
  const [storedWidth, storedHeight] = transposed ? [height, width] : [width, height];
  const [lastX, lastY] = [width - 1, height - 1];
  const uprightPlace = {
    1: (x, y) => [x, y],
    2: (x, y) => [lastX - x, y],
    3: (x, y) => [lastX - x, lastY - y],
    4: (x, y) => [x, lastY - y],
    5: (x, y) => [y, x],
    6: (x, y) => [lastX - y, x],
    7: (x, y) => [lastX - y, lastY - x],
    8: (x, y) => [y, lastY - x],
  }[orientation];
  const stored = new Uint8ClampedArray(data.length);
  for (let y = 0; y < storedHeight; y++) {
    for (let x = 0; x < storedWidth; x++) {
      const [fromX, fromY] = uprightPlace(x, y);
      const from = 4 * (fromY * width + fromX);
      stored.set(data.subarray(from, from + 4), 4 * (y * storedWidth + x));
    }
  }
  return { width: storedWidth, height: storedHeight, data: stored };
}
