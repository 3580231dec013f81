/**
 * The smallest of HEIC: four quarters, red, green, blue and sand, of 32 × 24 pixels each. Encoded once by heif-enc, for there is
 * no encoder of HEVC here. The second one's sand is clear.
 */
const opaque = [
  "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAA",
  "AAACAAAAEGlkYXQAAAAAAEAAMAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEAAAAAAAAA8wACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYA",
  "AAAAAAIAAAAVaW5mZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AAAAAAAAAAAAAe",
  "8AD8/fj4AAAPAyAAAQAYQAEMAf//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFlurkprm4EBAwIAAAAwAgAAAD",
  "ACEiAAEABkQBwXPAiQAAABRpc3BlAAAAAAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAQAAAADAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAA",
  "AgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGltZwACAAEAAQAAAPttZGF0AAAA7ygBrw7g6DMASXr8jlf/22/kPdn3mBoCiVuYfO/pfT4P/6E+",
  "dGNv06yFjHvr/U5LENKNMKDvWgx8T/+lT/9Tmv9XVgjNyLcs+mwEfGoKtmCw347Cj40/vhepZXu7N9vHrvQLtMzOU3Qc6CYUpQu+XaSlKhjlD6ja",
  "vn2NO7StyJ3JR/ciVIqLJY47Kv5kBGggNrnJbuOJeSEh7E22DjoFP+JTAKrOnoUZ0Ggpau76t5AdzlDarZ6b0Tkp/8YNdllGexsyh6hbP3iR2hsC",
  "OkidJcXN+TaYnSoEx0k/BeJHxof+Sq04bDhfJPHUqZOXmlRg",
];
const clear = [
  "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAvxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAA",
  "AAACAAAAGGlkYXQAAAAAAEAAMAAAAAAAQAAwAAAAYGlsb2MBAAAAREAABAABAAAAAAAAAyAAAQAAAAAAAADzAAIAAQAAAAAAAAABAAAAAAAAAAgA",
  "AwAAAAAAAAQTAAEAAAAAAAAAvgAEAAEAAAAAAAAAAQAAAAgAAAAIAAAAYmlpbmYAAAAAAAQAAAAVaW5mZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIA",
  "AAAAAgAAZ3JpZAAAAAAVaW5mZQIAAAEAAwAAaHZjMQAAAAAVaW5mZQIAAAAABAAAZ3JpZAAAAAGxaXBycAAAAYRpcGNvAAAAdmh2Y0MBA3AAAAAA",
  "AAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEMAf//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFlurkprm4EBAwIAAA",
  "AwAgAAADACEiAAEABkQBwXPAiQAAABRpc3BlAAAAAAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAQAAAADAAAAAQcGl4aQAAAAADCAgIAAAAcWh2Y0MB",
  "BAgAAAAAAAAAAAAe8AD8/Pj4AAAPAyAAAQAXQAEMAf//BAgAAAMAn/gAAAMAAB66AkAhAAEAJkIBAQQIAAADAJ/4AAADAAAewIIEFlurkprmwIAA",
  "AAMAgAAAAwCEIgABAAZEAcFzwIkAAAAUaXNwZQAAAAAAAABAAAAAQAAAABRpc3BlAAAAAAAAAEAAAAAwAAAADnBpeGkAAAAAAQgAAAAnYXV4QwAA",
  "AAB1cm46bXBlZzpoZXZjOjIwMTU6YXV4aWQ6MQAAAAAlaXBtYQAAAAAAAAAEAAECgQIAAgIDhAADAoUGAAQDB4iJAAAANmlyZWYAAAAAAAAADmRp",
  "bWcAAgABAAEAAAAOZGltZwAEAAEAAwAAAA5hdXhsAAQAAQACAAABuW1kYXQAAADvKAGvDuDoMwBJevyOV//bb+Q92feYGgKJW5h87+l9Pg//oT50",
  "Y2/TrIWMe+v9TksQ0o0woO9aDHxP/6VP/1Oa/1dWCM3Ityz6bAR8agq2YLDfjsKPjT++F6lle7s328eu9Au0zM5TdBzoJhSlC75dpKUqGOUPqNq+",
  "fY07tK3InclH9yJUiosljjsq/mQEaCA2uclu44l5ISHsTbYOOgU/4lMAqs6ehRnQaClq7vq3kB3OUNqtnpvROSn/xg12WUZ7GzKHqFs/eJHaGwI6",
  "SJ0lxc35NpidKgTHST8F4kfGh/5KrThsOF8k8dSpk5eaVGAAAAC6KAGuHcCJ/D/hP9SGzg3ZZcpOP/2sDkgmuaOQ/S8Ow3PHsLYa0Rw6f+hdZZ6L",
  "ToID/3Xu9/w0O8/4P4m/+lT/5c4Qh//de73/DQ7z/g/ib/6VP/lzdxxL/+693v+Gh3n/B/E3/0qf/LmzLb/nU3TRUlWwap1a3g78sLtRiUdHyH/v",
  "KOuRxv9tH0ApmGY+atUZZ+dymChZWTb0iDZ8hOYMYKSM8aadZZZWCH6JHtLzsecxla+SbZu+5MHh",
];

const bytesOf = (lines) => Buffer.from(lines.join(""), "base64");

/** Top left, top right, bottom left, bottom right. */
export const quarters = [
  [200, 40, 40],
  [40, 180, 60],
  [50, 70, 200],
  [230, 220, 210],
];

export const heic = () => bytesOf(opaque);
export const clearHeic = () => bytesOf(clear);

/** Turned by the format's own property, counter-clockwise, which takes the place and the room of `pixi` here. */
export function turnedHeic(quarterTurns) {
  const bytes = heic();
  const at = bytes.indexOf("pixi");
  bytes.write("irot", at);
  bytes[at + 4] = quarterTurns;
  return bytes;
}

const number = (value, length) => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
};
const box = (type, ...bodies) => {
  const body = Buffer.concat(bodies);
  return Buffer.concat([number(body.length + 8, 4), Buffer.from(type, "latin1"), body]);
};
const fullBox = (type, ...bodies) => box(type, number(0, 4), ...bodies);

/** ISO 21496-1 C.2.2 with one channel: versions, flags, then each number with its denominator. */
export const gainMapNumbers = Buffer.concat([
  Buffer.alloc(5),
  ...[0, 1, 2, 1, 0, 1, 2, 1, 1, 1, 1, 64, 1, 64].map((value) => number(value, 4)),
]);

/**
 * The four quarters on a square of 64, once as the picture and once as its gain map, which a tone-mapped picture puts together;
 * `exif` and `xmp` describe both.
 */
export function hdrHeic({ exif, xmp }) {
  const source = heic();
  const boxOf = (type) => {
    const at = source.indexOf(type) - 4;
    return source.subarray(at, at + source.readUInt32BE(at));
  };
  const pixels = boxOf("mdat").subarray(8);
  const items = [
    { type: "hvc1", data: pixels, properties: [0x81, 2] },
    { type: "hvc1", data: pixels, properties: [0x81, 2], hidden: true },
    { type: "tmap", data: Buffer.concat([number(0, 1), gainMapNumbers]), properties: [2] },
    ...[1, 2].flatMap((of) => [
      { type: "Exif", data: Buffer.concat([number(0, 4), exif]), properties: [], of, hidden: true },
      { type: "mime", data: xmp, properties: [], of, contentType: "application/rdf+xml\0", hidden: true },
    ]),
  ];
  const entries = items.map(({ type, contentType = "", hidden }, i) => {
    const words = Buffer.from(`${type}\0${contentType}`, "latin1");
    return box("infe", number(2, 1), number(hidden ? 1 : 0, 3), number(i + 1, 2), number(0, 2), words);
  });
  const describes = items.flatMap(({ of }, i) =>
    of ? [box("cdsc", number(i + 1, 2), number(1, 2), number(of, 2))] : [],
  );
  const associations = items.map(({ properties }, i) =>
    Buffer.concat([number(i + 1, 2), number(properties.length, 1), Buffer.from(properties)]),
  );
  const meta = (dataAt) => {
    let at = dataAt;
    const places = items.map(({ data }, i) => {
      at += data.length;
      return Buffer.concat([
        number(i + 1, 2),
        number(0, 2),
        number(1, 2),
        number(at - data.length, 4),
        number(data.length, 4),
      ]);
    });
    return fullBox(
      "meta",
      fullBox("hdlr", number(0, 4), Buffer.from("pict"), Buffer.alloc(13)),
      fullBox("pitm", number(1, 2)),
      fullBox("iloc", number(0x4400, 2), number(items.length, 2), ...places),
      fullBox("iinf", number(items.length, 2), ...entries),
      fullBox("iref", box("dimg", number(3, 2), number(2, 2), number(1, 2), number(2, 2)), ...describes),
      box("iprp", box("ipco", boxOf("hvcC"), boxOf("ispe")), fullBox("ipma", number(items.length, 4), ...associations)),
      box("grpl", fullBox("altr", number(9, 4), number(2, 4), number(3, 4), number(1, 4))),
    );
  };
  const fileType = box("ftyp", Buffer.from("heic"), number(0, 4), Buffer.from("mif1heictmap"));
  const dataAt = fileType.length + meta(0).length + 8;
  return Buffer.concat([fileType, meta(dataAt), box("mdat", ...items.map(({ data }) => data))]);
}

/**
 * The file with its gain map in the picture's place, so that decoders show it: named first, hidden no more, and without the
 * reference that ties it to the picture (`auxl`, or the `dimg` of a tone-mapped picture).
 */
export function showingGainMap(file, item, reference) {
  const bytes = Buffer.from(file);
  bytes.writeUInt16BE(item, bytes.indexOf("pitm") + 8);
  bytes.write("none", bytes.indexOf(reference, bytes.indexOf("iref")));
  for (let at = bytes.indexOf("infe"); at >= 0; at = bytes.indexOf("infe", at + 1)) bytes.writeUIntBE(0, at + 5, 3);
  return bytes;
}
