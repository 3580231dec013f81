/**
 * A small MP4 writer for samples and tests: H.264 (ITU-T H.264) whose blocks are all raw pixels (I_PCM), so that it needs no
 * encoder and every player shows it.
 */

class BitWriter {
  #bytes = [];
  #current = 0;
  #filled = 0;

  bits(value, count) {
    for (let i = count - 1; i >= 0; i--) {
      this.#current = (this.#current << 1) | ((value >>> i) & 1);
      if (++this.#filled < 8) continue;
      this.#bytes.push(this.#current);
      this.#current = 0;
      this.#filled = 0;
    }
    return this;
  }

  /** Exp-Golomb code, 9.1. */
  unsigned(value) {
    const length = Math.floor(Math.log2(value + 1));
    return this.bits(0, length).bits(value + 1, length + 1);
  }

  align() {
    while (this.#filled > 0) this.bits(0, 1);
    return this;
  }

  raw(bytes) {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** With the stop bit of 7.3.2.11. */
  end() {
    this.bits(1, 1).align();
    return this.#bytes;
  }
}

/** Three bytes that look like the begin of a unit are told apart by a 3 between them, 7.4.1. */
function unit(header, payload) {
  const bytes = [header];
  let zeros = 0;
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

const kBaseline = 66;
const kLevel = 30;
const kRawBlock = 25; // mb_type I_PCM in an I slice
const kIntraSlice = 7;

/** 7.3.2.1.1: order by decoding, one reference, whole frames. */
function sequence(columns, rows) {
  const bits = new BitWriter().bits(kBaseline, 8).bits(0, 8).bits(kLevel, 8);
  bits.unsigned(0).unsigned(0).unsigned(2).unsigned(1).bits(0, 1);
  bits.unsigned(columns - 1).unsigned(rows - 1);
  return unit(0x67, bits.bits(1, 1).bits(1, 1).bits(0, 1).bits(0, 1).end());
}

/** 7.3.2.2: CAVLC, and slices may switch the deblocking filter off. */
function picture() {
  const bits = new BitWriter().unsigned(0).unsigned(0).bits(0, 1).bits(0, 1).unsigned(0).unsigned(0).unsigned(0);
  bits.bits(0, 1).bits(0, 2).unsigned(0).unsigned(0).unsigned(0);
  return unit(0x68, bits.bits(1, 1).bits(0, 1).bits(0, 1).end());
}

/** BT.601, studio range; chroma is the mean of four pixels. */
function planesOf({ width, height, data }) {
  const luma = new Uint8Array(width * height);
  const blue = new Float64Array((width * height) / 4);
  const red = new Float64Array((width * height) / 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const [r, g, b] = data.subarray(4 * at, 4 * at + 3);
      luma[at] = Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b);
      const coarse = (y >> 1) * (width / 2) + (x >> 1);
      blue[coarse] += (128 - 0.148 * r - 0.291 * g + 0.439 * b) / 4;
      red[coarse] += (128 + 0.439 * r - 0.368 * g - 0.071 * b) / 4;
    }
  }
  return { luma, blue: Uint8Array.from(blue), red: Uint8Array.from(red) };
}

function* square(plane, stride, column, row, edge) {
  for (let y = row * edge; y < (row + 1) * edge; y++) {
    yield* plane.subarray(y * stride + column * edge, y * stride + (column + 1) * edge);
  }
}

/** One instantaneous refresh a frame, 7.3.3. */
function frame(image, number) {
  const { luma, blue, red } = planesOf(image);
  const bits = new BitWriter()
    .unsigned(0)
    .unsigned(kIntraSlice)
    .unsigned(0)
    .bits(0, 4)
    .unsigned(number % 2);
  bits.bits(0, 2).unsigned(0).unsigned(1);
  for (let row = 0; row < image.height / 16; row++) {
    for (let column = 0; column < image.width / 16; column++) {
      bits.unsigned(kRawBlock).align();
      bits.raw(square(luma, image.width, column, row, 16));
      bits.raw(square(blue, image.width / 2, column, row, 8));
      bits.raw(square(red, image.width / 2, column, row, 8));
    }
  }
  const slice = unit(0x65, bits.end());
  return Buffer.concat([words(slice.length), slice]);
}

function words(...numbers) {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number >>> 0, 4 * i);
  return bytes;
}

function box(type, ...bodies) {
  const body = Buffer.concat(bodies);
  return Buffer.concat([words(body.length + 8), Buffer.from(type, "latin1"), body]);
}

const kOne = 0x10000;
const kMatrix = words(kOne, 0, 0, 0, kOne, 0, 0, 0, 0x40000000);

function sampleEntry({ width, height }, sequenceUnit, pictureUnit) {
  const entry = Buffer.alloc(78);
  entry.writeUInt16BE(1, 6); // data reference
  entry.writeUInt16BE(width, 24);
  entry.writeUInt16BE(height, 26);
  words(0x480000, 0x480000).copy(entry, 28); // 72 dpi
  entry.writeUInt16BE(1, 40);
  entry.writeUInt16BE(0x18, 74);
  entry.writeInt16BE(-1, 76);
  const sized = (bytes) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
  const head = Buffer.from([1, kBaseline, 0, kLevel, 0xff, 0xe1]);
  const configuration = box("avcC", head, sized(sequenceUnit), Buffer.from([1]), sized(pictureUnit));
  return box("avc1", entry, configuration);
}

/**
 * @param images RGBA, all of one size, whose sides are multiples of 16
 * @param framesPerSecond a whole number
 */
export function encodeFilm(images, { framesPerSecond }) {
  const [{ width, height }] = images;
  if (width % 16 !== 0 || height % 16 !== 0) throw new RangeError(`${width} × ${height} is not made of blocks of 16.`);
  const frames = images.map(frame);
  const ftyp = box("ftyp", Buffer.from("isom"), words(0x200), Buffer.from("isomavc1"));
  const mdat = box("mdat", ...frames);
  const count = frames.length;
  const samples = box(
    "stbl",
    box("stsd", words(0, 1), sampleEntry(images[0], sequence(width / 16, height / 16), picture())),
    box("stts", words(0, 1, count, 1)),
    box("stsc", words(0, 1, 1, count, 1)),
    box("stsz", words(0, 0, count, ...frames.map(({ length }) => length))),
    box("stco", words(0, 1, ftyp.length + 8)),
  );
  const media = box(
    "mdia",
    box("mdhd", words(0, 0, 0, framesPerSecond, count, 0x55c40000)),
    box("hdlr", words(0, 0), Buffer.from("vide"), words(0, 0, 0), Buffer.alloc(1)),
    box("minf", box("vmhd", words(1, 0, 0)), box("dinf", box("dref", words(0, 1), box("url ", words(1)))), samples),
  );
  const track = box("tkhd", words(3, 0, 0, 1, 0, count, 0, 0, 0, 0), kMatrix, words(width * kOne, height * kOne));
  const header = box(
    "mvhd",
    words(0, 0, 0, framesPerSecond, count, kOne, 0x01000000, 0, 0),
    kMatrix,
    words(0, 0, 0, 0, 0, 0, 2),
  );
  return Buffer.concat([ftyp, mdat, box("moov", header, box("trak", track, media))]);
}
