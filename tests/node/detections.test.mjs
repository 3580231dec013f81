import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepare } from "gemini-vision-wasm";
import {
  DetectionReader,
  detectionPrompt,
  detectionSchema,
  InputError,
  parseDetections,
  toCoco,
  toStored,
  toSvg,
} from "gemini-vision-wasm/detections";
import { encodePng } from "./pictures.mjs";

const size = { width: 1000, height: 500 };

/** A gray PNG as models write their masks, by the package's own encoder. */
async function pngOf(width, height, value) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([value(x, y), value(x, y), value(x, y), 255], 4 * (y * width + x));
  }
  return (await prepare({ width, height, data })).toDataUrl?.() ?? dataUrl(await prepare({ width, height, data }));
}

const dataUrl = ({ bytes }) => `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;

const answer = [
  "Here is what I found:",
  "```json",
  "[",
  '  {"box_2d": [100, 200, 300, 400], "label": "a \\"big\\" cat — naïve"},',
  '  {"point": [500, 250], "label": "eye", "confidence": 0.9},',
  '  {"polygon": [[0, 0], [1000, 0], [500, 1000]], "label": "leaf"},',
  '  {"label": "chair", "box_3d": [0.1, 1.5, -0.2, 0.5, 0.6, 0.7, 0, 0, 45]}',
  "]",
  "```",
  "Anything else?",
].join("\n");

describe("parseDetections", () => {
  test("boxes, points, polygons, boxes in space", async () => {
    assert.deepEqual(await parseDetections(answer, size), [
      { label: 'a "big" cat — naïve', box: { x: 200, y: 50, width: 200, height: 100 }, complete: true },
      { label: "eye", point: { x: 250, y: 250 }, confidence: 0.9, complete: true },
      {
        label: "leaf",
        polygon: [
          { x: 0, y: 0 },
          { x: 1000, y: 0 },
          { x: 500, y: 500 },
        ],
        complete: true,
      },
      {
        label: "chair",
        box3d: { center: [0.1, 1.5, -0.2], size: [0.5, 0.6, 0.7], rotation: [0, 0, 45] },
        complete: true,
      },
    ]);
  });

  test("of every cut the result is a prefix", async () => {
    const whole = await parseDetections(answer, size);
    for (let length = 0; length <= answer.length; length++) {
      const cut = await parseDetections(answer.slice(0, length), size);
      assert.deepEqual(cut, whole.slice(0, cut.length));
    }
  });

  test("a mask is resized into its box and cut at its threshold", async () => {
    const map = await pngOf(8, 8, (x) => (x < 4 ? 255 : 0));
    const text = JSON.stringify([{ box_2d: [0, 100, 200, 140], mask: map, label: "left half" }]);
    const [{ mask, box, complete }] = await parseDetections(text, size);
    assert.deepEqual(box, { x: 100, y: 0, width: 40, height: 100 });
    assert.equal(complete, true);
    assert.deepEqual([mask.x, mask.y, mask.width, mask.height], [100, 0, 40, 100]);
    assert.deepEqual([...mask.data.subarray(0, 40)], [...Array(20).fill(255), ...Array(20).fill(0)]);
    assert.equal(mask.data.length, 4000);
  });

  test("a probability map of grays is stretched between the centres of its pixels", async () => {
    const ramp = {
      width: 256,
      height: 3,
      data: Array.from({ length: 256 * 3 }, (_, i) => [i % 256, i % 256, i % 256, 255]),
    };
    const png = dataUrl({ bytes: encodePng({ ...ramp, data: ramp.data.flat() }, { colorType: 0 }) });
    const text = JSON.stringify([{ box_2d: [0, 0, 1000, 1000], mask: png, label: "right half" }]);
    const [{ mask }] = await parseDetections(text, { width: 1000, height: 4 });
    // Column c lies at (c + 0.5) · 256 / 1000 − 0.5 of the ramp, which is above 127 from 498 on.
    const row = [...Array(498).fill(0), ...Array(502).fill(255)];
    assert.deepEqual([...mask.data], [...row, ...row, ...row, ...row]);
  });

  test("an answer with a mask is read piece by piece as in one", async () => {
    const map = await pngOf(4, 4, (x, y) => (x === y ? 255 : 0));
    const text = JSON.stringify([
      { box_2d: [0, 0, 20, 20], mask: map, label: "a" },
      { point: [1, 2], label: "b" },
    ]);
    const whole = await parseDetections(text, size);
    assert.equal(whole.length, 2);
    assert.equal(whole[0].mask.data.length, 200);
    for (let length = 0; length <= text.length; length++) {
      const cut = await parseDetections(text.slice(0, length), size);
      assert.deepEqual(cut, whole.slice(0, cut.length));
    }
    const reader = new DetectionReader(size);
    const pieces = [];
    for (const letter of text) pieces.push(...(await reader.push(letter)));
    assert.deepEqual(pieces, whole);
  });

  test("a mask of another form or a damaged one leaves the box", async () => {
    const tokens = "<start_of_mask><seg_4><seg_17>";
    const text = JSON.stringify([
      { box_2d: [0, 0, 10, 10], mask: tokens, label: "a" },
      { box_2d: [0, 0, 10, 10], mask: "data:image/png;base64,AAAA", label: "b" },
    ]);
    const [first, second] = await parseDetections(text, size);
    assert.equal(first.rawMask, tokens);
    assert.equal(first.complete, false);
    assert.deepEqual(first.box, { x: 0, y: 0, width: 10, height: 5 });
    assert.equal(second.complete, false);
    assert.equal(second.mask, undefined);
  });

  test("tokens without quotes are no mask, and their box is found", async () => {
    const text = '[{"box_2d": [0, 0, 10, 10], "mask": <start_of_mask><seg_35><seg_65>", "label": "a"}]';
    const [{ rawMask, label, complete }] = await parseDetections(text, size);
    assert.deepEqual([rawMask, label, complete], ["<start_of_mask><seg_35><seg_65>", "a", false]);
  });

  test("a size that is none is refused, and so is what is no text", async () => {
    for (const [text, given] of [
      [answer, {}],
      [answer, undefined],
      [{ text: answer }, size],
    ]) {
      await assert.rejects(
        parseDetections(text, given),
        (error) => error instanceof InputError && error.code === "bad-argument",
      );
    }
  });
});

test("DetectionReader gives each thing once, as it comes", async () => {
  const whole = await parseDetections(answer, size);
  for (const step of [1, 7, 50]) {
    const reader = new DetectionReader(size);
    const pushes = [];
    for (let at = 0; at < answer.length; at += step) pushes.push(reader.push(answer.slice(at, at + step)));
    assert.deepEqual((await Promise.all(pushes)).flat(), whole);
  }
});

describe("toStored", () => {
  /** EXIF's eight: where the stored pixel (x, y) is seen, in a picture stored 4 × 2. */
  const seen = {
    1: ([x, y]) => [x, y],
    2: ([x, y]) => [4 - x, y],
    3: ([x, y]) => [4 - x, 2 - y],
    4: ([x, y]) => [x, 2 - y],
    5: ([x, y]) => [y, x],
    6: ([x, y]) => [2 - y, x],
    7: ([x, y]) => [2 - y, 4 - x],
    8: ([x, y]) => [y, 4 - x],
  };
  for (const [orientation, toUpright] of Object.entries(seen)) {
    test(`orientation ${orientation}`, () => {
      const info = { width: 4, height: 2, orientation: Number(orientation) };
      const [x, y] = toUpright([1, 0.5]);
      const [x0, y0] = toUpright([1, 0]);
      const [x1, y1] = toUpright([3, 1]);
      const box = { x: Math.min(x0, x1), y: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) };
      const data = new Uint8Array(box.width * box.height);
      // The stored pixel at (1, 0), wherever it is seen.
      const [centerX, centerY] = toUpright([1.5, 0.5]);
      data[Math.floor(centerY - box.y) * box.width + Math.floor(centerX - box.x)] = 255;
      const detection = {
        label: "",
        point: { x, y },
        box,
        mask: { ...box, data },
        polygon: [{ x, y }],
        complete: true,
      };
      const back = toStored(detection, info);
      assert.deepEqual(back.point, { x: 1, y: 0.5 });
      assert.deepEqual(back.polygon, [{ x: 1, y: 0.5 }]);
      assert.deepEqual(back.box, { x: 1, y: 0, width: 2, height: 1 });
      assert.deepEqual(back.mask, { x: 1, y: 0, width: 2, height: 1, data: Uint8Array.of(255, 0) });
    });
  }
});

describe("toSvg and toCoco", () => {
  const mask = { x: 1, y: 0, width: 2, height: 2, data: Uint8Array.of(255, 255, 0, 255) };
  const detections = [
    { label: '<b> & "co"\u0001', box: { x: 1, y: 0, width: 2, height: 2 }, mask, complete: true },
    { label: "eye", point: { x: 3, y: 1 }, confidence: 0.5, complete: true },
    {
      label: "eye",
      polygon: [
        { x: 0, y: 0 },
        { x: 4, y: 0 },
        { x: 0, y: 2 },
      ],
      complete: true,
    },
  ];

  test("a drawing is well-formed whatever the labels are", () => {
    const svg = toSvg(detections, { width: 4, height: 3 });
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 4 3"/);
    assert.ok(svg.includes("&lt;b&gt; &amp; &quot;co&quot;<"));
    assert.ok(svg.includes('d="M1 0h2v1h-2zM2 1h1v1h-1z"'));
    assert.equal(svg.split("<g ").length - 1, 3);
    assert.doesNotMatch(svg, /<image/);
  });

  test("a drawing on the picture", () => {
    const svg = toSvg(detections, { width: 4, height: 3 }, { image: 'a".jpg' });
    assert.match(svg, /<svg [^>]*>\n<image href="a&quot;\.jpg" width="4" height="3"\/>\n<g /);
  });

  test("COCO", () => {
    const { images, categories, annotations } = toCoco(detections, { width: 4, height: 3, fileName: "a.jpg" });
    assert.deepEqual(images, [{ id: 1, width: 4, height: 3, file_name: "a.jpg" }]);
    assert.deepEqual(
      categories.map(({ name }) => name),
      [detections[0].label, "eye"],
    );
    // Column by column: 3 of nothing, 1 of it, 2 of nothing, 2 of it, 4 of nothing.
    assert.deepEqual(annotations[0].segmentation, { size: [3, 4], counts: [3, 1, 2, 2, 4] });
    assert.equal(annotations[0].iscrowd, 1);
    assert.equal(annotations[0].area, 3);
    assert.deepEqual(annotations[1].keypoints, [3, 1, 2]);
    assert.equal(annotations[1].score, 0.5);
    assert.deepEqual(annotations[2].segmentation, [[0, 0, 4, 0, 0, 2]]);
    assert.equal(annotations[2].area, 4);
    assert.deepEqual(annotations[2].bbox, [0, 0, 4, 2]);
  });
});

test("prompts and schemas name the same things", () => {
  const keys = { boxes: "box_2d", points: "point", polygons: "polygon", masks: "mask", boxes3d: "box_3d" };
  for (const [kind, key] of Object.entries(keys)) {
    assert.ok(detectionPrompt(["cats", "dogs"], { kind }).includes("cats, dogs"));
    assert.ok(detectionPrompt("cats", { kind }).includes(`"${key}"`));
    const { items } = detectionSchema(kind);
    assert.ok(key in items.properties);
    assert.deepEqual(items.required, Object.keys(items.properties));
  }
  assert.ok(detectionPrompt("cats").includes('"box_2d"'));
  assert.throws(() => detectionPrompt("cats", { kind: "circles" }), InputError);
  for (const nothing of ["", [], undefined, 5, [5]]) assert.throws(() => detectionPrompt(nothing), InputError);
});
