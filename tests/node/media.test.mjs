import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { buildRequest, estimate, InputError, prepare, probe } from "gemini-vision-wasm";
import { flac, movie, pdf, wav } from "../support/media-files.mjs";

const code = (expected) => (error) => {
  assert.ok(error instanceof InputError, error.stack);
  assert.equal(error.code, expected);
  return true;
};

describe("probe of films, sounds and documents", () => {
  test("a film", async () => {
    const info = await probe(movie({ seconds: 10, width: 640, height: 360, turned: true }));
    assert.equal(info.kind, "video");
    assert.equal(info.mimeType, "video/mp4");
    assert.equal(info.supported, true);
    assert.deepEqual([info.width, info.height, info.orientation], [640, 360, 6]);
    assert.deepEqual([info.uprightWidth, info.uprightHeight], [360, 640]);
    assert.equal(info.durationSeconds, 10);
    assert.equal(info.frameRate, 25);
    assert.equal(info.hasAudio, false);
    assert.equal(info.videoCodec, "h264");
    assert.deepEqual(info.warnings, []);
  });

  test("a sound", async () => {
    const info = await probe(wav({ seconds: 1.5 }));
    assert.equal(info.kind, "audio");
    assert.equal(info.format, "wav");
    assert.equal(info.durationSeconds, 1.5);
    assert.equal(info.audioCodec, "pcm");
    assert.equal(info.audioChannels, 1);
    assert.equal(info.sampleRate, 8000);
    assert.equal((await probe(flac({ seconds: 2 }))).durationSeconds, 2);
  });

  test("a document", async () => {
    const info = await probe(
      pdf([
        [595, 842],
        [842, 595],
        [612, 792],
      ]),
    );
    assert.equal(info.kind, "document");
    assert.equal(info.mimeType, "application/pdf");
    assert.equal(info.pages, 3);
    assert.deepEqual(info.pageSizes[1], { width: 842, height: 595 });
    assert.deepEqual([info.width, info.height], [595, 842]);
  });

  test("many at a time do not disturb each other", async () => {
    const files = Array.from({ length: 12 }, (_, i) => pdf(Array.from({ length: 50 * (i + 1) }, () => [100 + i, 200])));
    // Blobs are read asynchronously, so that probes wait in the midst of each other.
    const infos = await Promise.all(files.map((bytes) => probe(new Blob([bytes]))));
    for (const [i, info] of infos.entries()) {
      assert.equal(info.pages, 50 * (i + 1));
      assert.deepEqual(info.pageSizes.at(-1), { width: 100 + i, height: 200 });
    }
  });

  test("content decides, and the difference is said", async () => {
    const info = await probe(new Blob([pdf([[10, 10]])], { type: "video/mp4" }));
    assert.deepEqual(
      info.warnings.map(({ code }) => code),
      ["mime-mismatch"],
    );
    const called = await probe(new Blob([wav({ seconds: 1 })], { type: "audio/x-wav" }));
    assert.deepEqual(called.warnings, []);
  });

  test("damage is an error of ours, and the next file is read", async () => {
    const film = movie({ seconds: 10, width: 640, height: 360 });
    await assert.rejects(probe(film.subarray(0, 100)), code("truncated"));
    await assert.rejects(probe(new TextEncoder().encode("%PDF-1.4\nnothing that a PDF has")), code("truncated"));
    assert.equal((await probe(film)).durationSeconds, 10);
  });

  test("limits are warned of", async () => {
    const codes = async (bytes) => (await probe(bytes)).warnings.map(({ code }) => code);
    assert.deepEqual(await codes(movie({ seconds: 5401, width: 16, height: 16 })), ["over-90-minutes"]);
    assert.deepEqual(await codes(pdf(Array.from({ length: 1001 }, () => [10, 10]))), ["over-1000-pages"]);
    assert.deepEqual(await codes(movie({ seconds: 0, width: 16, height: 16 })), ["duration-unknown"]);
    const large = Buffer.concat([pdf([[10, 10]]), Buffer.alloc(50e6, "\n")]);
    assert.ok((await codes(large)).includes("over-50-mb"));
  });
});

/** A film of so many bytes that are nowhere: zeros, with its header at the end. Counts what is read. */
class SparseMovie extends Blob {
  #head;
  #movie;
  #movieAt;
  read = 0;

  constructor(byteLength) {
    super();
    const file = movie({ seconds: 10, width: 640, height: 360 });
    const typeBytes = file.readUInt32BE(0);
    const media = Buffer.alloc(16);
    media.writeUInt32BE(1, 0);
    media.write("mdat", 4);
    this.#head = Buffer.concat([file.subarray(0, typeBytes), media]);
    this.#movie = file.subarray(typeBytes);
    this.#movieAt = byteLength - this.#movie.length;
    this.#head.writeBigUInt64BE(BigInt(this.#movieAt - typeBytes), typeBytes + 8);
  }

  get size() {
    return this.#movieAt + this.#movie.length;
  }

  slice(begin, end) {
    const bytes = Buffer.alloc(Math.min(end, this.size) - begin);
    this.read += bytes.length;
    if (begin < this.#head.length) this.#head.copy(bytes, 0, begin);
    if (end > this.#movieAt)
      this.#movie.copy(bytes, Math.max(0, this.#movieAt - begin), Math.max(0, begin - this.#movieAt));
    return new Blob([bytes]);
  }
}

test("of a film of 1 GiB with its header last, less than 256 KiB are read", async () => {
  const film = new SparseMovie(2 ** 30);
  const { durationSeconds, byteLength, uprightWidth, warnings } = await probe(film);
  assert.deepEqual([durationSeconds, byteLength, uprightWidth, warnings], [10, 2 ** 30, 640, []]);
  assert.ok(film.read < 256 * 1024, `${film.read} bytes`);
});

describe("estimates", () => {
  const model = "gemini-3-flash-preview";

  test("pages by their size", async () => {
    const { tokens, parts } = await estimate({
      model,
      contents: [
        pdf([
          [595, 842],
          [612, 792],
        ]),
      ],
    });
    assert.equal(tokens, 532 + 520);
    assert.equal(parts[0].pages, 2);
    assert.equal(parts[0].roomFor, Math.floor((1_048_576 - 1052) / 1052));
  });

  test("frames inline and by the File API, offsets and rate", async () => {
    const film = movie({ seconds: 10, width: 1280, height: 720 });
    const tokens = async (part, options) =>
      (await estimate({ model, contents: [{ media: film, ...part }] }, options)).tokens;
    assert.equal(await tokens({}), 660);
    assert.equal(await tokens({}, { via: "files" }), 640);
    assert.equal(await tokens({ videoMetadata: { startOffset: "2s", endOffset: "6s" } }), 4 * 66);
    assert.equal(await tokens({ videoMetadata: { fps: 2 } }), 20 * 66);
  });

  test("what is not told is not guessed", async () => {
    const { complete, parts, warnings } = await estimate({
      model,
      contents: [movie({ seconds: 0, width: 16, height: 16 })],
    });
    assert.equal(complete, false);
    assert.equal(parts[0].tokens, null);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ["duration-unknown"],
    );
  });

  test("limits are warned of where there is no file either", async () => {
    const codes = async (media) => (await estimate({ model, contents: [{ media }] })).warnings.map(({ code }) => code);
    assert.deepEqual(await codes({ kind: "video", durationSeconds: 5401 }), ["over-90-minutes"]);
    assert.deepEqual(await codes({ kind: "audio", durationSeconds: 34_201 }), ["over-9.5-hours"]);
    assert.deepEqual(await codes({ kind: "document", pages: 1001 }), ["over-1000-pages"]);
    assert.deepEqual(await codes({ kind: "video", durationSeconds: 5400 }), []);
    assert.deepEqual(await codes({ kind: "document", pages: 1000 }), []);
  });

  test("two million tokens are too many for a document", async () => {
    const facts = { kind: "document", pages: 4000, pageSizes: [{ width: 595, height: 842 }] };
    const { warnings } = await estimate({ model, contents: [{ media: facts }] });
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ["over-1000-pages", "over-2m-tokens"],
    );
  });
});

test("they pass through prepare and into a request byte for byte", async () => {
  const bytes = pdf([[595, 842]]);
  const prepared = await prepare(bytes);
  assert.deepEqual(prepared.changes, []);
  assert.deepEqual(Buffer.from(prepared.bytes), Buffer.from(bytes));
  const { body } = await buildRequest({ model: "gemini-3.5-flash", contents: [bytes, "Summarise."] });
  const { contents } = JSON.parse(Buffer.from(body).toString());
  assert.equal(contents[0].parts[0].inlineData.mimeType, "application/pdf");
  assert.equal(contents[0].parts[0].inlineData.data, Buffer.from(bytes).toString("base64"));
});
