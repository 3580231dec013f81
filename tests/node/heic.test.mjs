/** HEIC: as it is where that is right, decoded by a module of its own where pixels are needed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, test } from "node:test";
import { InputError, init, prepare } from "gemini-vision-wasm";
import { clearHeic, heic, quarters, turnedHeic } from "./heic-files.mjs";

const heif = readFileSync(new URL(import.meta.resolve("gemini-vision-wasm/heif.wasm")));
afterEach(() => init({ wasm: { heif } }));

const codesOf = ({ changes }) => changes.map(({ code }) => code);

/** The middles of the four quarters. */
function colours({ width, height, data }) {
  return [0.25, 0.75].flatMap((down) =>
    [0.25, 0.75].map((across) => {
      const at = 4 * (Math.floor(height * down) * width + Math.floor(width * across));
      return [...data.subarray(at, at + 4)];
    }),
  );
}

function assertColours(pixels, expected, tolerance = 6) {
  for (const [i, colour] of colours(pixels).entries()) {
    for (const [channel, value] of expected[i].entries()) {
      assert.ok(Math.abs(colour[channel] - value) <= tolerance, `quarter ${i}: ${colour} instead of ${expected[i]}`);
    }
  }
}

describe("without need of pixels", () => {
  test("it stays byte for byte, turned or not, and its decoder is not loaded", async () => {
    init({ wasm: { heif: false } });
    for (const source of [heic(), turnedHeic(1), clearHeic()]) {
      const media = await prepare(source, { maxEdge: 64, maxBytes: 10_000, format: "keep" });
      assert.deepEqual(media.changes, []);
      assert.equal(media.mimeType, "image/heic");
      assert.ok(source.equals(media.bytes));
    }
  });
});

describe("with need of them", () => {
  test("its pixels", async () => {
    const { width, height, ...pixels } = await (await prepare(heic())).toImageData();
    assert.deepEqual([width, height], [64, 48]);
    assertColours({ width, height, ...pixels }, quarters);
  });

  test("its own turn, counter-clockwise, is carried out", async () => {
    const [a, b, c, d] = quarters;
    const orders = { 1: [b, d, a, c], 2: [d, c, b, a], 3: [c, a, d, b] };
    for (const [turns, expected] of Object.entries(orders)) {
      const media = await prepare(turnedHeic(Number(turns)), { format: "png" });
      assert.deepEqual(codesOf(media), ["turned-upright", "re-encoded"]);
      assert.match(media.changes[0].message, /irot/);
      assert.equal(media.info.orientation, 1);
      const pixels = await media.toImageData();
      assert.deepEqual([pixels.width, pixels.height], turns === "2" ? [64, 48] : [48, 64]);
      assertColours(pixels, expected);
      assertColours(await (await prepare(turnedHeic(Number(turns)))).toImageData(), expected);
    }
  });

  test("smaller or cut it becomes a JPEG; with clear parts a PNG", async () => {
    const smaller = await prepare(heic(), { maxEdge: 32 });
    assert.deepEqual([smaller.mimeType, smaller.info.width, smaller.info.height], ["image/jpeg", 32, 24]);
    assert.deepEqual(codesOf(smaller), ["resized", "re-encoded"]);
    const cut = await prepare(turnedHeic(1), { crop: { x: 24, y: 32, width: 24, height: 32 } });
    assert.equal(cut.mimeType, "image/jpeg");
    assertColours(await cut.toImageData(), Array(4).fill(quarters[2]), 12);
    const clear = await prepare(clearHeic(), { maxEdge: 32 });
    assert.equal(clear.mimeType, "image/png");
    assert.equal(colours(await clear.toImageData())[3][3], 0);
    const flat = await prepare(clearHeic(), { format: "jpeg", background: "#102030" });
    assert.deepEqual(codesOf(flat), ["flattened", "re-encoded"]);
    assertColours(await flat.toImageData(), [...quarters.slice(0, 3), [0x10, 0x20, 0x30]], 12);
  });

  test("the formats that can be asked for", async () => {
    for (const format of ["jpeg", "png", "webp"]) {
      const media = await prepare(heic(), { format });
      assert.equal(media.mimeType, `image/${format}`);
      assertColours(await media.toImageData(), quarters, 12);
    }
  });
});

describe("refused", () => {
  test("the decoder turned off is wasm-load, and only where it is needed", async () => {
    init({ wasm: { heif: false } });
    const error = await prepare(heic(), { format: "jpeg" }).catch((reason) => reason);
    assert.ok(error instanceof InputError);
    assert.equal(error.code, "wasm-load");
    assert.match(error.message, /heif: false/);
    assert.deepEqual((await prepare(heic())).changes, []);
  });

  test("too many pixels, before they are decoded", async () => {
    await assert.rejects(prepare(heic(), { format: "jpeg", limits: { maxPixels: 3000 } }), { code: "too-large" });
  });

  test("cut short or damaged anywhere: an answer in the package's words, and the next is decoded", async () => {
    const whole = heic();
    const codes = new Set();
    for (let at = 28; at < whole.length; at += 17) {
      const flipped = Buffer.from(whole);
      flipped[at] ^= 0x55;
      for (const bytes of [whole.subarray(0, at), flipped]) {
        await prepare(bytes, { format: "png", limits: { maxPixels: 100_000 } }).catch((error) => {
          assert.ok(error instanceof InputError, error.stack);
          assert.doesNotMatch(error.message, /defect/);
          codes.add(error.code);
        });
      }
    }
    assert.ok(codes.has("truncated") && codes.has("malformed"), [...codes].join());
    assertColours(await (await prepare(whole)).toImageData(), quarters);
  });
});
