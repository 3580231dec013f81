/** Small films, sounds and documents, put together as their specifications write them. */

const words = (...numbers) => {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number >>> 0, 4 * i);
  return bytes;
};

const box = (type, ...bodies) => {
  const body = Buffer.concat(bodies);
  return Buffer.concat([words(body.length + 8), Buffer.from(type, "latin1"), body]);
};

const one = 0x10000;
const matrix = (turned) =>
  turned ? words(0, one, 0, -one, 0, 0, 0, 0, 0x40000000) : words(one, 0, 0, 0, one, 0, 0, 0, 0x40000000);

/** An MP4 of one silent track at 25 frames a second, without any pictures in it. */
export function movie({ seconds, width, height, turned = false }) {
  const entry = Buffer.alloc(78);
  entry.writeUInt16BE(width, 24);
  entry.writeUInt16BE(height, 26);
  const table = box("stbl", box("stsd", words(0, 1), box("avc1", entry)), box("stsz", words(0, 0, seconds * 25)));
  const media = box(
    "mdia",
    box("mdhd", words(0, 0, 0, 25, seconds * 25, 0)),
    box("hdlr", words(0, 0), Buffer.from("vide"), words(0, 0, 0)),
    box("minf", table),
  );
  const header = box("tkhd", words(3, 0, 0, 1, 0, seconds * 1000, 0, 0, 0, 0), matrix(turned), words(0, 0));
  const movieHeader = box("mvhd", words(0, 0, 0, 1000, seconds * 1000, one, 0, 0, 0), matrix(false), Buffer.alloc(28));
  return Buffer.concat([
    box("ftyp", Buffer.from("isom"), words(0), Buffer.from("mp42")),
    box("moov", movieHeader, box("trak", header, media)),
  ]);
}

/** Silence: one channel of 16 bits at 8 kHz. */
export function wav({ seconds }) {
  const data = Buffer.alloc(16000 * seconds);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(data.length + 36, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** A FLAC's first block, of two channels at 44.1 kHz. */
export function flac({ seconds }) {
  const bytes = Buffer.alloc(42);
  bytes.write("fLaC", 0);
  bytes.writeUInt32BE(0x80000000 + 34, 4);
  bytes.writeBigUInt64BE((44100n << 44n) | (1n << 41n) | (15n << 36n) | BigInt(44100 * seconds), 18);
  return bytes;
}

/** A PDF with empty pages of these sizes. */
export function pdf(sizes) {
  let text = "%PDF-1.7\n";
  const offsets = [];
  const object = (number, body) => {
    offsets[number] = text.length;
    text += `${number} 0 obj\n${body}\nendobj\n`;
  };
  object(1, "<</Type/Catalog/Pages 2 0 R>>");
  object(2, `<</Type/Pages/Count ${sizes.length}/Kids[${sizes.map((_, i) => `${i + 3} 0 R`).join(" ")}]>>`);
  for (const [i, [width, height]] of sizes.entries()) {
    object(i + 3, `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]>>`);
  }
  const table = text.length;
  text += `xref\n0 ${offsets.length}\n0000000000 65535 f \n`;
  for (const offset of offsets.slice(1)) text += `${String(offset).padStart(10, "0")} 00000 n \n`;
  text += `trailer\n<</Size ${offsets.length}/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}
