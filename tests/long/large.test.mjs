/**
 * What takes minutes: files as large as they may be and ten thousand pictures, with memory that does not grow, and a thousand
 * pictures through kills.
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { folderOfPictures, runBatch } from "../node/batch-runner.mjs";

const largest = 2 * 1024 ** 3;
const allowedGrowth = 64 * 1024 ** 2;
/** Were a single copy of each of the 9,000 pictures lost, it would be far more than this. */
const flatGrowth = 24 * 1024 ** 2;

/** The emulator in a process of its own: its memory is not the client's. */
async function startApart() {
  const program = `
    import { startEmulator } from "gemini-vision-wasm/emulator";
    const { url } = await startEmulator();
    process.send(url);`;
  const cwd = new URL(".", import.meta.url);
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const url = await new Promise((resolve) => child.once("message", resolve));
  return { url, close: () => child.kill() };
}

describe("2 GB from disk", () => {
  let emulator;
  let folder;
  before(async () => {
    emulator = await startApart();
    folder = await mkdtemp(path.join(tmpdir(), "large-"));
    const file = path.join(folder, "large.mp4");
    await writeFile(file, "\0\0\0\x18ftypmp42");
    await truncate(file, largest);
    const end = await open(file, "r+");
    await end.write("the end", largest - 7);
    await end.close();
  });
  after(async () => {
    emulator.close();
    await rm(folder, { recursive: true });
  });

  const program = `
    import { openAsBlob } from "node:fs";
    import { GeminiClient } from "gemini-vision-wasm/client";
    const [url, file, how] = process.argv.slice(1);
    const client = new GeminiClient({ apiKey: "key", baseUrl: url });
    await client.files.upload({ file: Buffer.alloc(9e6, "warm"), config: { mimeType: "text/plain" } });
    globalThis.gc();
    const before = process.memoryUsage().rss;
    let most = before;
    const onProgress = () => { most = Math.max(most, process.memoryUsage().rss); };
    const source = how === "path" ? file : (await openAsBlob(file)).stream();
    const stored = await client.files.upload({ file: source, config: { mimeType: "video/mp4" }, onProgress });
    console.log(JSON.stringify({ growth: most - before, checked: stored.checked, size: stored.sizeBytes }));`;

  for (const how of ["path", "stream"]) {
    test(`by ${how}, with less than 64 MiB more memory`, async () => {
      const args = [
        "--expose-gc",
        "--input-type=module",
        "--eval",
        program,
        emulator.url,
        path.join(folder, "large.mp4"),
        how,
      ];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: new URL(".", import.meta.url) });
      const { growth, checked, size } = JSON.parse(stdout);
      assert.deepEqual([checked, size], [true, String(largest)]);
      assert.ok(growth < allowedGrowth, `it grew by ${Math.round(growth / 1024 ** 2)} MiB`);
    });
  }
});

describe("10,000 pictures prepared", () => {
  /** Sideways ones of several kinds, so that each is decoded, turned and written again; the first thousand warm up. */
  const program = `
    import { buildExif, encodeJpeg, encodePng, exifChunk, exifSegment, scene } from "../../tools/samples.mjs";
    import { prepare } from "gemini-vision-wasm";
    import { WorkerPool } from "gemini-vision-wasm/worker";
    const pool = process.argv[1] === "pool" ? new WorkerPool({ size: 2 }) : undefined;
    const exif = buildExif({ orientation: 6 });
    const pictures = [320, 200, 64].flatMap((width) => [
      encodeJpeg(scene(width, 120), { segments: [exifSegment(exif)] }),
      encodePng(scene(width, 120), { colorType: 2, chunks: { beforeIdat: [exifChunk(exif)] } }),
      encodePng(scene(width, 120), { colorType: 2 }),
    ]);
    let [done, warm, most] = [0, 0, 0];
    const work = async () => {
      while (done < 10_000) {
        const number = done++;
        const source = pictures[number % pictures.length];
        const { info } = await (pool === undefined ? prepare(source) : pool.prepare(source));
        if (info.orientation !== 1) throw new Error("not upright");
        if (number % 250 !== 0) continue;
        globalThis.gc();
        const { rss } = process.memoryUsage();
        if (number <= 1000) warm = Math.max(warm, rss);
        else most = Math.max(most, rss);
      }
    };
    await Promise.all([work(), work(), work()]);
    pool?.close();
    console.log(JSON.stringify({ growth: most - warm }));`;

  for (const where of ["main", "pool"]) {
    const place = where === "main" ? "on the main thread" : "by a pool of two threads";
    test(`${place}, with flat memory`, async () => {
      const args = ["--expose-gc", "--input-type=module", "--eval", program, where];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: new URL(".", import.meta.url) });
      const { growth } = JSON.parse(stdout);
      assert.ok(growth < flatGrowth, `it grew by ${Math.round(growth / 1024 ** 2)} MiB`);
    });
  }
});

test("a batch of 1,000 pictures, killed again and again, ends without a duplicate", async () => {
  const count = 1000;
  const emulator = await startEmulator({ batchMs: 500 });
  const folder = await folderOfPictures(count);
  const finalized = () => emulator.requests.filter(({ call }) => call === "files.finalize").length;
  for (const limit of [150, 400, 401, 700, 950]) {
    const { signal } = await runBatch(emulator.url, folder, { killWhen: () => finalized() >= limit });
    assert.equal(signal, "SIGKILL");
  }
  const { code, stderr } = await runBatch(emulator.url, folder, { args: ["--job-size", "300"] });
  assert.equal(code, 0, stderr);
  const rows = (await readFile(path.join(folder, "results.jsonl"), "utf8")).trimEnd().split("\n").map(JSON.parse);
  assert.equal(new Set(rows.map(({ file }) => file)).size, count);
  assert.ok(rows.every(({ response }) => /image\/jpeg \d+×\d+ of/.test(response.text)));
  const pictures = emulator.fileNames.filter((name) => /^files\/gv-[0-9a-f]{8}-[0-9a-f]{28}$/.test(name));
  assert.equal(pictures.length, count);
  await emulator.close();
  await rm(folder, { recursive: true });
});
