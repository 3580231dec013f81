/** A JPEG made smaller channel by channel, without pixels in between: what comes out is what the way by pixels gives. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { prepare } from "gemini-vision-wasm";
import { encodeJpeg, encodePng, meanDifference, orientedJpeg, scene } from "./pictures.mjs";
import { refused } from "./refused.mjs";

const large = scene(391, 261);
const codesOf = (list) => list.map(({ code }) => code);

/** A judgement of sharpness needs pixels. */
const byPixels = (source, options) => prepare(source, { ...options, sharpness: true });

async function assertAlike(media, expected, most) {
  const [pixels, wanted] = [await media.toImageData(), await expected.toImageData()];
  assert.deepEqual([pixels.width, pixels.height], [wanted.width, wanted.height]);
  const mean = meanDifference(pixels, wanted);
  assert.ok(mean < most, `a mean difference of ${mean}`);
}

describe("a JPEG becomes a smaller one", () => {
  let small;
  before(async () => {
    small = await prepare(encodePng(large, { colorType: 2 }), { maxEdge: 101 });
  });
  for (const subsampling of ["4:4:4", "4:2:0"]) {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      test(`${subsampling}, orientation ${orientation}`, async () => {
        const source = orientedJpeg(orientation, large, { quality: 95, subsampling });
        const media = await prepare(source, { maxEdge: 101, quality: 95 });
        const turn = orientation === 1 ? [] : ["turned-upright"];
        assert.deepEqual(codesOf(media.changes), [...turn, "resized", "re-encoded", "metadata-removed"]);
        assert.deepEqual([media.info.width, media.info.height, media.info.orientation], [101, 67, 1]);
        await assertAlike(media, small, 4);
        const other = await byPixels(source, { maxEdge: 101, quality: 95 });
        assert.deepEqual(media.changes, other.changes);
        await assertAlike(media, other, 1.5);
      });
    }
  }
});

test("left as it lies where that is asked for", async () => {
  const source = orientedJpeg(6, large);
  const media = await prepare(source, { maxEdge: 101, upright: false, stripMetadata: false });
  assert.deepEqual([media.info.width, media.info.height], [67, 101]);
});

test("a gray one goes by its pixels", async () => {
  const source = encodeJpeg(large, { gray: true });
  const media = await prepare(source, { maxEdge: 101 });
  assert.deepEqual(codesOf(media.changes), ["resized", "re-encoded"]);
  await assertAlike(media, await byPixels(source, { maxEdge: 101 }), 3);
});

test("a crop comes before the size", async () => {
  const crop = { x: 7, y: 9, width: 200, height: 200 };
  const media = await prepare(encodeJpeg(large), { crop, maxEdge: 50 });
  assert.deepEqual(codesOf(media.changes), ["cropped", "resized", "re-encoded"]);
  const cropped = await prepare(encodePng(large, { colorType: 2 }), { crop, maxEdge: 50 });
  await assertAlike(media, cropped, 5);
});

test("what does not fit into maxBytes loses quality", async () => {
  const source = encodeJpeg(large, { quality: 95 });
  const fits = await prepare(source, { maxEdge: 200 });
  assert.deepEqual((await prepare(source, { maxEdge: 200, maxBytes: fits.bytes.length })).bytes, fits.bytes);
  const less = await prepare(source, { maxEdge: 200, maxBytes: fits.bytes.length - 1 });
  assert.ok(less.bytes.length < fits.bytes.length);
  assert.equal(less.info.width, 200);
});

test("a damaged or a large one is refused as ever", async () => {
  const source = Buffer.from(encodeJpeg(large));
  await refused(prepare(source.subarray(0, source.length / 2), { maxEdge: 101 }), "truncated", /ends early/);
  await refused(prepare(source, { maxEdge: 101, limits: { maxPixels: 1000 } }), "too-large", /limits\.maxPixels/);
});
