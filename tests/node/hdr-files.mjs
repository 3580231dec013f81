/** An Ultra HDR JPEG as phones write it, and where its gain map is by its own MPF. */
import { encodeJpeg, scene, storedAs } from "./pictures.mjs";

const latin1 = (text) => Buffer.from(text, "latin1");
const xmpSegment = (packet) => ({ marker: 0xe1, data: latin1(`http://ns.adobe.com/xap/1.0/\0${packet}`) });
const isoSegment = (metadata) => ({
  marker: 0xe2,
  data: Buffer.concat([latin1("urn:iso:std:iso:ts:21496:-1\0"), metadata]),
});
const description = (attributes) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description ${attributes}/></rdf:RDF></x:xmpmeta>`;

/** The numbers of Adobe's hdrgm by which a gain map is applied. */
export const hdrgm =
  'hdrgm:Version="1.0" hdrgm:GainMapMin="-0.5" hdrgm:GainMapMax="2.25" hdrgm:Gamma="1" hdrgm:HDRCapacityMax="2.25"';

/** MPF, big-endian: the entries of its list are `[size, offset]`, offsets from its own byte-order mark. */
function mpfSegment(entries) {
  const list = Buffer.alloc(16 * entries.length);
  for (const [i, [size, offset]] of entries.entries()) {
    list.writeUInt32BE(size, 16 * i + 4);
    list.writeUInt32BE(offset, 16 * i + 8);
  }
  const head = Buffer.from("MPF\0MM\0*\0\0\0\x08\0\x01\xb0\x02\0\x07\0\0\0\0\0\0\0\x1a\0\0\0\0", "latin1");
  head.writeUInt32BE(list.length, 18);
  return { marker: 0xe2, data: Buffer.concat([head, list]) };
}

/**
 * @param segments what hides in the picture, in a preview of it and in its gain map
 * @param iso metadata of ISO 21496-1; else the gain map is described by hdrgm, among `words`
 * @param stored EXIF's orientation that sets it upright
 */
export function ultraHdrJpeg({ width = 96, height = 64, mapWidth = 48, mapHeight = 32, stored = 1, ...rest }) {
  const { segments = [], trailer = "", iso, words = "" } = rest;
  const described = iso
    ? isoSegment(iso)
    : xmpSegment(description(`xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" ${hdrgm} dc:creator="${words}"`));
  const encode = (sides, options) => Buffer.from(encodeJpeg(storedAs(stored, scene(...sides)), options));
  const preview = encode([16, 16], { segments });
  const gainMap = encode([mapWidth, mapHeight], { gray: true, segments: [...segments, described] });
  const versions = iso ? [isoSegment(iso.subarray(0, 4))] : [];
  const picture = (entries) =>
    encode([width, height], { subsampling: "4:4:4", segments: [...segments, ...versions, mpfSegment(entries)] });
  const length = picture([[], [], []].map(() => [0, 0])).length;
  const mpfAt =
    picture([
      [0, 0],
      [0, 0],
      [0, 0],
    ]).indexOf("MPF\0") + 4; // prettier-ignore
  const entries = [
    [length, 0],
    [preview.length, length - mpfAt],
    [gainMap.length, length + preview.length - mpfAt],
  ];
  return { bytes: Buffer.concat([picture(entries), preview, gainMap, latin1(trailer)]), gainMap };
}

/** The pictures that a JPEG's MPF lists, each cut out by its own size. */
export function listedPictures(file) {
  const bytes = Buffer.from(file);
  const base = bytes.indexOf("MPF\0") + 4;
  if (base < 4) return [];
  const at = base + bytes.readUInt32BE(base + 4);
  const tags = Array.from({ length: bytes.readUInt16BE(at) }, (_, i) => at + 2 + 12 * i);
  const tag = tags.find((place) => bytes.readUInt16BE(place) === 0xb002);
  const list = base + bytes.readUInt32BE(tag + 8);
  return Array.from({ length: bytes.readUInt32BE(tag + 4) / 16 }, (_, i) => {
    const [size, offset] = [4, 8].map((field) => bytes.readUInt32BE(list + 16 * i + field));
    const start = offset === 0 ? 0 : base + offset;
    return bytes.subarray(start, start + size);
  });
}
