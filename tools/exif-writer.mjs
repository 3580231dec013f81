/** Builds EXIF blocks (CIPA DC-008, TIFF 6.0) for samples and test fixtures, in both byte orders. */

/** TIFF field types: number and bytes a value. */
const kTypes = {
  byte: { number: 1, size: 1 },
  ascii: { number: 2, size: 1 },
  short: { number: 3, size: 2 },
  long: { number: 4, size: 4 },
  rational: { number: 5, size: 8 },
  undefined: { number: 7, size: 1 },
};

const kMake = 0x010f;
const kModel = 0x0110;
const kOrientation = 0x0112;
const kGpsDirectory = 0x8825;

const kHeaderBytes = 8;

function directoryBytes(entries) {
  return 2 + 12 * entries.length + 4;
}

/** Bytes of a field's values; rationals come as [numerator, denominator]. */
function valueBytes({ type, values }, little) {
  if (type === "ascii") return [...Buffer.from(`${values}\0`, "latin1")];
  const { size } = kTypes[type];
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => {
    if (size === 1) view.setUint8(i, value);
    if (size === 2) view.setUint16(2 * i, value, little);
    if (size === 4) view.setUint32(4 * i, value, little);
    if (size !== 8) return;
    view.setUint32(8 * i, value[0], little);
    view.setUint32(8 * i + 4, value[1], little);
  });
  return [...new Uint8Array(view.buffer)];
}

/** One directory with its values behind it, as it stands at `offset` in the block. Entries in rising order of tags. */
function directory(entries, offset, little) {
  const sorted = [...entries].sort((a, b) => a.tag - b.tag);
  const view = new DataView(new ArrayBuffer(directoryBytes(sorted)));
  const values = [];
  view.setUint16(0, sorted.length, little);
  sorted.forEach((entry, i) => {
    const at = 2 + 12 * i;
    const bytes = valueBytes(entry, little);
    view.setUint16(at, entry.tag, little);
    view.setUint16(at + 2, kTypes[entry.type].number, little);
    view.setUint32(at + 4, bytes.length / kTypes[entry.type].size, little);
    if (bytes.length <= 4) {
      for (const [place, byte] of bytes.entries()) view.setUint8(at + 8 + place, byte);
    } else {
      view.setUint32(at + 8, offset + view.byteLength + values.length, little);
      values.push(...bytes, ...(bytes.length % 2 ? [0] : []));
    }
  });
  return [...new Uint8Array(view.buffer), ...values];
}

/** 48.8583 → degrees, minutes, seconds as rationals. */
function sexagesimal(degrees) {
  const hundredths = Math.round(Math.abs(degrees) * 360000);
  return [
    [Math.floor(hundredths / 360000), 1],
    [Math.floor((hundredths % 360000) / 6000), 1],
    [hundredths % 6000, 100],
  ];
}

function gpsTags({ latitude, longitude }) {
  return [
    { tag: 0, type: "byte", values: [2, 3, 0, 0] },
    { tag: 1, type: "ascii", values: latitude < 0 ? "S" : "N" },
    { tag: 2, type: "rational", values: sexagesimal(latitude) },
    { tag: 3, type: "ascii", values: longitude < 0 ? "W" : "E" },
    { tag: 4, type: "rational", values: sexagesimal(longitude) },
  ];
}

/**
 * A TIFF block, without JPEG's "Exif\0\0" in front. `tags` and `gpsTags` add fields of any tag to IFD0 and the GPS directory.
 * @param {{ orientation?: number, endian?: "little" | "big", make?: string, model?: string,
 *           gps?: { latitude: number, longitude: number }, orientationType?: "byte" | "short" | "long",
 *           tags?: { tag: number, type: string, values: any }[], gpsTags?: { tag: number, type: string, values: any }[] }} options
 * @returns {Uint8Array}
 */
export function buildExif({ endian = "little", orientationType = "short", tags = [], ...facts }) {
  const little = endian === "little";
  const entries = [...tags];
  if (facts.make !== undefined) entries.push({ tag: kMake, type: "ascii", values: facts.make });
  if (facts.model !== undefined) entries.push({ tag: kModel, type: "ascii", values: facts.model });
  if (facts.orientation !== undefined) {
    entries.push({ tag: kOrientation, type: orientationType, values: [facts.orientation] });
  }
  const gps = [...(facts.gps ? gpsTags(facts.gps) : []), ...(facts.gpsTags ?? [])];
  const hasGps = facts.gps !== undefined || facts.gpsTags !== undefined;
  const pointer = (offset) => (hasGps ? [{ tag: kGpsDirectory, type: "long", values: [offset] }] : []);
  // The pointer is four bytes wherever it points, so a first build with 0 tells where the GPS directory will stand.
  const gpsOffset = kHeaderBytes + directory([...entries, ...pointer(0)], kHeaderBytes, little).length;
  return Uint8Array.from([
    ...Buffer.from(little ? "II" : "MM", "latin1"),
    ...(little ? [42, 0, 8, 0, 0, 0] : [0, 42, 0, 0, 0, 8]),
    ...directory([...entries, ...pointer(gpsOffset)], kHeaderBytes, little),
    ...(hasGps ? directory(gps, gpsOffset, little) : []),
  ]);
}

/** The APP1 segment that carries a TIFF block in a JPEG. */
export function exifSegment(tiff) {
  return { marker: 0xe1, data: [...Buffer.from("Exif\0\0", "latin1"), ...tiff] };
}

/** The chunk that carries it in a PNG. */
export function exifChunk(tiff) {
  return { type: "eXIf", data: tiff };
}
