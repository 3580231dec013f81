/**
 * A small baseline JPEG encoder (ITU-T T.81), for samples and test fixtures: plain on purpose, so that it can serve as
 * a witness against the decoders under test.
 */

/** Quantisation tables of T.81 Annex K.1, row by row. */
const kLumaQuantisation = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const kChromaQuantisation = [
  17,
  18,
  24,
  47,
  99,
  99,
  99,
  99,
  18,
  21,
  26,
  66,
  99,
  99,
  99,
  99,
  24,
  26,
  56,
  99,
  99,
  99,
  99,
  99,
  47,
  66,
  99,
  99,
  ...Array(36).fill(99),
];

/** Huffman tables of Annex K.3: how many codes of each length 1–16, then the symbols in order of their codes. */
const kDcSymbols = Array.from({ length: 12 }, (_, size) => size);
const kDcLuma = { counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], symbols: kDcSymbols };
const kDcChroma = { counts: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], symbols: kDcSymbols };
const kAcLuma = {
  counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
  symbols: acSymbols(
    "01 02 03 00 04 11 05 12 21 31 41 06 13 51 61 07 22 71 14 32 81 91 a1 08 23 42 b1 c1 15 52 d1 f0 24 33 62 72 82",
  ),
};
const kAcChroma = {
  counts: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
  symbols: acSymbols(
    "00 01 02 03 11 04 05 21 31 06 12 41 51 07 61 71 13 22 32 81 08 14 42 91 a1 b1 c1 09 23 33 52 f0 15 62 72 d1 0a 16 " +
      "24 34 e1 25 f1",
  ),
};

/** In both AC tables the symbols with 16-bit codes are simply the rest in rising order; only the head is written out. */
function acSymbols(head) {
  const symbols = head.split(" ").map((hex) => Number.parseInt(hex, 16));
  const seen = new Set(symbols);
  for (let run = 0; run < 16; run++) {
    for (let size = 1; size <= 10; size++) {
      if (!seen.has((run << 4) | size)) symbols.push((run << 4) | size);
    }
  }
  return symbols;
}

/** Zigzag place → row-major place. */
const kZigzag = (() => {
  const order = [];
  for (let sum = 0; sum < 15; sum++) {
    for (let i = 0; i <= sum; i++) {
      const [row, column] = sum % 2 ? [i, sum - i] : [sum - i, i];
      if (row < 8 && column < 8) order.push(row * 8 + column);
    }
  }
  return order;
})();

const kCosine = Array.from({ length: 8 }, (_, frequency) =>
  Array.from({ length: 8 }, (_, x) => {
    const scale = frequency === 0 ? Math.SQRT1_2 / 2 : 0.5;
    return scale * Math.cos(((2 * x + 1) * frequency * Math.PI) / 16);
  }),
);

/** libjpeg's meaning of 1–100, so that sizes are what people expect. */
function quantisationFor(table, quality) {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return table.map((value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))));
}

/** Symbol → { code, length }. */
function huffmanCodes({ counts, symbols }) {
  const codes = new Map();
  let code = 0;
  let next = 0;
  counts.forEach((count, index) => {
    for (let i = 0; i < count; i++) codes.set(symbols[next++], { code: code++, length: index + 1 });
    code <<= 1;
  });
  return codes;
}

class BitWriter {
  #bytes = [];
  #pending = 0;
  #count = 0;

  write(value, length) {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#pending = (this.#pending << 1) | ((value >> bit) & 1);
      if (++this.#count === 8) this.#emit();
    }
  }

  finish() {
    while (this.#count !== 0) this.write(1, 1);
    return this.#bytes;
  }

  #emit() {
    this.#bytes.push(this.#pending);
    if (this.#pending === 0xff) this.#bytes.push(0); // an FF in the data must not look like a marker
    this.#pending = 0;
    this.#count = 0;
  }
}

/** Planes of samples around 0, each at its own resolution, edges repeated to whole MCUs. */
function toPlanes({ width, height, data }, factor, gray) {
  const mcu = 8 * factor;
  const paddedWidth = Math.ceil(width / mcu) * mcu;
  const paddedHeight = Math.ceil(height / mcu) * mcu;
  const weights = [
    [0.299, 0.587, 0.114, -128],
    [-0.168736, -0.331264, 0.5, 0],
    [0.5, -0.418688, -0.081312, 0],
  ];
  return weights.slice(0, gray ? 1 : 3).map(([red, green, blue, offset], component) => {
    const step = component === 0 ? 1 : factor;
    const plane = { width: paddedWidth / step, height: paddedHeight / step, factor: factor / step, samples: [] };
    plane.samples = new Float32Array(plane.width * plane.height);
    for (let y = 0; y < paddedHeight; y++) {
      for (let x = 0; x < paddedWidth; x++) {
        const from = 4 * (Math.min(y, height - 1) * width + Math.min(x, width - 1));
        const value = red * data[from] + green * data[from + 1] + blue * data[from + 2] + offset;
        plane.samples[Math.floor(y / step) * plane.width + Math.floor(x / step)] += value / (step * step);
      }
    }
    return plane;
  });
}

/** Separable 8×8 DCT, then quantisation, in zigzag order. */
function transform(plane, left, top, quantisation) {
  const rows = new Float64Array(64);
  for (let y = 0; y < 8; y++) {
    const from = (top + y) * plane.width + left;
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += plane.samples[from + x] * kCosine[u][x];
      rows[y * 8 + u] = sum;
    }
  }
  return kZigzag.map((place) => {
    const [v, u] = [place >> 3, place & 7];
    let sum = 0;
    for (let y = 0; y < 8; y++) sum += rows[y * 8 + u] * kCosine[v][y];
    return Math.round(sum / quantisation[place]);
  });
}

const sizeOf = (value) => 32 - Math.clz32(Math.abs(value));

function writeBlock(bits, coefficients, previousDc, tables) {
  const put = (codes, symbol, value, size) => {
    const { code, length } = codes.get(symbol);
    bits.write(code, length);
    bits.write(value < 0 ? value + (1 << size) - 1 : value, size);
  };
  const difference = coefficients[0] - previousDc;
  put(tables.dc, sizeOf(difference), difference, sizeOf(difference));
  let zeros = 0;
  for (const value of coefficients.slice(1)) {
    if (value === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) put(tables.ac, 0xf0, 0, 0);
    put(tables.ac, (zeros << 4) | sizeOf(value), value, sizeOf(value));
    zeros = 0;
  }
  if (zeros > 0) put(tables.ac, 0, 0, 0);
}

function scanData(planes, quantisations) {
  const bits = new BitWriter();
  const luma = { dc: huffmanCodes(kDcLuma), ac: huffmanCodes(kAcLuma) };
  const chroma = { dc: huffmanCodes(kDcChroma), ac: huffmanCodes(kAcChroma) };
  const previous = [0, 0, 0];
  const mcu = 8 * planes[0].factor;
  for (let top = 0; top < planes[0].height; top += mcu) {
    for (let left = 0; left < planes[0].width; left += mcu) {
      planes.forEach((plane, component) => {
        const scale = plane.width / planes[0].width;
        for (let block = 0; block < plane.factor ** 2; block++) {
          const x = left * scale + 8 * (block % plane.factor);
          const y = top * scale + 8 * Math.floor(block / plane.factor);
          const coefficients = transform(plane, x, y, quantisations[component === 0 ? 0 : 1]);
          writeBlock(bits, coefficients, previous[component], component === 0 ? luma : chroma);
          previous[component] = coefficients[0];
        }
      });
    }
  }
  return bits.finish();
}

const word = (value) => [value >> 8, value & 0xff];
const segment = (marker, body) => [0xff, marker, ...word(body.length + 2), ...body];

/**
 * @param {{ width: number, height: number, data: ArrayLike<number> }} image RGBA; alpha is not looked at
 * @param {{ quality?: number, subsampling?: "4:4:4" | "4:2:0", gray?: boolean, jfif?: boolean,
 *           segments?: { marker: number, data: ArrayLike<number> }[] }} [options] `segments` go in front of the frame header
 * @returns {Uint8Array}
 */
export function encodeJpeg(
  image,
  { quality = 85, subsampling = "4:2:0", gray = false, jfif = true, segments = [] } = {},
) {
  const planes = toPlanes(image, subsampling === "4:2:0" && !gray ? 2 : 1, gray);
  const quantisations = [kLumaQuantisation, kChromaQuantisation].map((table) => quantisationFor(table, quality));
  const components = planes.map((_, index) => index);
  const huffman = (kind, { counts, symbols }) => [kind, ...counts, ...symbols];
  const head = [
    [0xff, 0xd8],
    jfif ? segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]) : [],
    ...segments.map(({ marker, data }) => segment(marker, [...data])),
    ...quantisations.map((table, id) => segment(0xdb, [id, ...kZigzag.map((place) => table[place])])),
    segment(0xc0, [
      8,
      ...word(image.height),
      ...word(image.width),
      planes.length,
      ...components.flatMap((index) => [index + 1, planes[index].factor * 0x11, index === 0 ? 0 : 1]),
    ]),
    segment(0xc4, [
      ...huffman(0x00, kDcLuma),
      ...huffman(0x10, kAcLuma),
      ...huffman(0x01, kDcChroma),
      ...huffman(0x11, kAcChroma),
    ]),
    segment(0xda, [planes.length, ...components.flatMap((index) => [index + 1, index === 0 ? 0 : 0x11]), 0, 63, 0]),
  ];
  return Uint8Array.from([...head.flat(), ...scanData(planes, quantisations), 0xff, 0xd9]);
}
