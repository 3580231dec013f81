/** `batch`, `files` and `ask --stream` of the installed command. */
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { folderOfPictures, runBatch } from "./batch-runner.mjs";
import { lines, startCli } from "./cli-runner.mjs";
import { heic } from "./heic-files.mjs";

describe("batch", () => {
  const count = 24;
  let emulator;
  let folder;
  beforeEach(async () => {
    emulator = await startEmulator({ batchMs: 300 });
    folder = await folderOfPictures(count);
  });
  afterEach(async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  });

  const of = (call) => emulator.requests.filter((request) => request.call === call);
  const results = async (name = "results.jsonl") =>
    lines(await readFile(path.join(folder, name), "utf8")).map(JSON.parse);
  const pictures = () => emulator.fileNames.filter((name) => /^files\/gv-[0-9a-f]{8}-[0-9a-f]{28}$/.test(name));

  test("every picture has its result, in order", async () => {
    const { code, stdout, stderr } = await runBatch(emulator.url, folder, { args: ["--job-size", "10"] });
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), {
      output: path.join(folder, "results.jsonl"),
      pictures: count,
      failed: 0,
      jobs: 3,
    });
    const rows = await results();
    assert.deepEqual(
      rows.map(({ file }) => file),
      Array.from({ length: count }, (_, i) => `picture-${String(i).padStart(4, "0")}.jpg`),
    );
    assert.match(rows[7].response.text, /image\/jpeg \d+×\d+ of/);
    assert.equal(pictures().length, count);
    const again = await runBatch(emulator.url, folder);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(of("files.start").length, count + 3, "a run that has ended uploads nothing more");
    assert.equal(of("batches.create").length, 3);
  });

  const moments = {
    "while it uploads": () => of("files.finalize").length >= 9,
    "when all is uploaded": () => of("files.finalize").length >= count + 1,
    "when its job may have been created": () => of("batches.create").length >= 1,
    "while it waits": () => of("batches.get").length >= 1,
  };
  for (const [moment, killWhen] of Object.entries(moments)) {
    test(`killed ${moment}, it goes on: nothing twice, nothing lost`, async () => {
      const killed = await runBatch(emulator.url, folder, { killWhen });
      assert.equal(killed.signal, "SIGKILL");
      const { code, stderr } = await runBatch(emulator.url, folder);
      assert.equal(code, 0, stderr);
      assert.equal((await results()).length, count);
      assert.equal(pictures().length, count);
      const batches = await (
        await fetch(`${emulator.url}/v1beta/batches`, { headers: { "x-goog-api-key": "k" } })
      ).json();
      assert.equal(batches.operations.length, 1);
      const journal = await readFile(path.join(folder, ".gemini-vision-batch"), "utf8");
      assert.ok(!journal.includes("secret-test-key") && !(stderr + killed.stderr).includes("secret-test-key"));
    });
  }

  test("a picture that Gemini refuses is told before it is uploaded, whatever its name", async () => {
    // An AVIF, by its brand.
    await writeFile(path.join(folder, "avif.jpg"), heic().toString("latin1").replaceAll("heic", "avif"), "latin1");
    const told = /^gemini-vision: avif\.jpg: Gemini does not take image\/avif\b/m;
    const dry = await runBatch(emulator.url, folder, { args: ["--dry-run"] });
    assert.equal(dry.code, 1);
    assert.match(dry.stderr, told);
    assert.deepEqual([JSON.parse(dry.stdout).pictures, JSON.parse(dry.stdout).failed], [count, 1]);
    for (const args of [[], ["--max-cost", "1", "-p", "Another?"]]) {
      const { code, stderr } = await runBatch(emulator.url, folder, { args });
      assert.equal(code, 1);
      assert.match(stderr, told);
      assert.equal(stderr.split("\n").length, 2, "once");
      const [first, ...rest] = await results();
      assert.equal(first.file, "avif.jpg");
      assert.match(first.error.message, /does not take/);
      assert.ok(rest.length === count && rest.every(({ error }) => error === undefined));
    }
    assert.equal(of("files.start").length, 2 * (count + 1), "pictures and questions");
  });

  test("where results cannot be written is known before anything is sent", async () => {
    const first = path.join(folder, "picture-0000.jpg");
    const before = await readFile(first);
    const refused = { [path.join(folder, "nowhere/results.jsonl")]: 1, [folder]: 2, [first]: 2 };
    for (const [output, expected] of Object.entries(refused)) {
      assert.equal((await runBatch(emulator.url, folder, { args: ["-o", output] })).code, expected, output);
    }
    assert.deepEqual(await readFile(first), before);
    assert.deepEqual(emulator.requests.length, 0);
  });

  const service = async (call, method = "GET") => {
    const response = await fetch(`${emulator.url}/v1beta/${call}`, { method, headers: { "x-goog-api-key": "k" } });
    return response.json();
  };
  const failed = (rows) => rows.flatMap(({ file, error }) => (error === undefined ? [] : [file]));

  test("a job without answers is told, keeps no other from its results, and its pictures are asked about again", async () => {
    // Back in the present, the service has not come to the beginning of these jobs yet.
    emulator.clock.set("2100-01-01");
    emulator.inject({ on: "batches.get", type: "stall", when: "before" });
    const args = ["--job-size", "10"];
    const begun = await runBatch(emulator.url, folder, { args, killWhen: () => of("batches.get").length >= 1 });
    assert.equal(begun.signal, "SIGKILL");
    emulator.clock.set(Date.now());
    const [, deleted, cancelled] = (await service("batches")).operations;
    await service(`${cancelled.name}:cancel`, "POST");
    await service(deleted.name, "DELETE");
    emulator.clock.set("2100-01-02");
    const first = await runBatch(emulator.url, folder, { args });
    assert.equal(first.code, 1, first.stderr);
    assert.match(
      first.stderr,
      new RegExp(`^gemini-vision: ${cancelled.name}: has no results: it is BATCH_STATE_CANCELLED`, "m"),
    );
    assert.match(first.stderr, new RegExp(`^gemini-vision: ${deleted.name}: .*not found`, "m"));
    const rows = await results();
    assert.deepEqual([rows.length, failed(rows).length], [count, 20]);
    assert.equal(rows[0].error.status, "BATCH_STATE_CANCELLED");
    assert.ok(rows.slice(20).every(({ response }) => response.text.length > 0));
    const again = await runBatch(emulator.url, folder, { args });
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(failed(await results()), []);
    assert.deepEqual([of("batches.create").length, pictures().length], [5, count]);
  });

  test("answers that cannot be read are tried again; those that are gone are asked for again", async () => {
    emulator.inject({ on: "files.download", type: "answer", body: "<html>\n", times: 3 });
    const unread = await runBatch(emulator.url, folder);
    assert.deepEqual([unread.code, failed(await results()).length], [1, count]);
    assert.equal((await runBatch(emulator.url, folder)).code, 0);
    assert.equal(of("batches.create").length, 1);
    emulator.inject({ on: "files.download", type: "status", status: 403 });
    const gone = await runBatch(emulator.url, folder);
    assert.deepEqual([gone.code, failed(await results()).length], [1, count]);
    assert.equal((await runBatch(emulator.url, folder)).code, 0);
    assert.equal(of("batches.create").length, 2);
    emulator.inject({ on: "batches.get", type: "status", status: 403 });
    const refused = await runBatch(emulator.url, folder);
    assert.deepEqual(
      [refused.code, failed(await results()).length],
      [1, 0],
      "a key that is refused says nothing of jobs",
    );
  });

  test("pictures of a job that was never created are sent again when they would not live through it", async () => {
    // By the service's clock they have hours to live, not days.
    emulator.clock.set(Date.now() - 40 * 3600e3);
    emulator.inject({ on: "batches.create", type: "stall", when: "before" });
    const killed = await runBatch(emulator.url, folder, { killWhen: () => of("batches.create").length >= 1 });
    assert.equal(killed.signal, "SIGKILL");
    emulator.clock.set(Date.now());
    const { code, stderr } = await runBatch(emulator.url, folder);
    assert.equal(code, 0, stderr);
    assert.deepEqual(failed(await results()), []);
    assert.equal(pictures().length, 2 * count);
    assert.equal((await service("batches")).operations.length, 1);
  });

  test("another question is another run; what cannot be sent is told and the rest is done", async () => {
    await writeFile(path.join(folder, "broken.jpg"), "no picture");
    const first = await runBatch(emulator.url, folder);
    assert.equal(first.code, 1);
    assert.match(first.stderr, /^gemini-vision: broken\.jpg: /m);
    const rows = await results();
    assert.equal(rows.length, count + 1);
    assert.ok(rows[0].file === "broken.jpg" && rows[0].error.message);
    await rm(path.join(folder, "broken.jpg"));
    const other = await runBatch(emulator.url, folder, {
      args: ["-p", "Something else?", "-o", path.join(folder, "other.jsonl")],
    });
    assert.equal(other.code, 0, other.stderr);
    assert.equal((await results("other.jsonl")).length, count);
    assert.equal(of("batches.create").length, 2);
  });
});

describe("files and ask --stream", () => {
  let place;
  before(async () => {
    place = await startCli();
  });
  after(() => place.end());

  test("upload, get, list, delete", async () => {
    const uploaded = JSON.parse((await place.ok(["files", "upload", "upright.jpg", "--json"])).stdout);
    assert.deepEqual([uploaded.displayName, uploaded.mimeType, uploaded.checked], ["upright.jpg", "image/jpeg", true]);
    const got = JSON.parse((await place.ok(["files", "get", uploaded.name, "--json"])).stdout);
    assert.equal(got.sha256Hash, uploaded.sha256Hash);
    assert.match(
      (await place.ok(["files", "list"])).stdout,
      new RegExp(`^${uploaded.name} +[\\d,]+ bytes  image/jpeg  ACTIVE`),
    );
    await place.ok(["files", "delete", uploaded.name]);
    assert.equal((await place.ok(["files", "list"])).stdout, "No files.\n");
    const gone = await place.run(["files", "get", uploaded.name]);
    assert.deepEqual([gone.code, /may not exist/.test(gone.stderr)], [1, true]);
  });

  test("wrong usage", async () => {
    for (const args of [
      ["files"],
      ["files", "paint"],
      ["files", "get"],
      ["batch"],
      ["batch", ".", "-m", "x"],
      ["batch", "nowhere", "-m", "x", "-p", "y"],
    ]) {
      assert.equal((await place.run(args)).code, 2, args.join(" "));
    }
  });

  test("ask --stream prints the same as ask", async () => {
    const args = ["ask", "upright.jpg", "-m", "gemini-3.5-flash", "-p", "What?"];
    const { stdout } = await place.ok([...args, "--stream"]);
    assert.equal(stdout, (await place.ok(args)).stdout);
    const chunks = lines((await place.ok([...args, "--stream", "--json"])).stdout).map(JSON.parse);
    assert.ok(chunks.length > 1 && stdout.startsWith(chunks.map(({ text }) => text).join("")));
  });
});
