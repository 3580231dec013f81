/** `--dry-run` and `--max-cost`: what it costs is known, and refused, before anything is sent. */
import assert from "node:assert/strict";
import { readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { estimate } from "gemini-vision-wasm";
import { movie } from "../support/media-files.mjs";
import { folderOfPictures, runBatch } from "./batch-runner.mjs";
import { startCli } from "./cli-runner.mjs";
import { sidewaysJpeg } from "./emulator-client.mjs";

const model = "gemini-3.5-flash";
let place;
before(async () => {
  place = await startCli();
});
beforeEach(() => place.forgetSent());
after(() => place.end());

describe("ask", () => {
  const ask = ["ask", "sideways.jpg", "-m", model, "-p", "Caption this."];
  const own = (options) => estimate({ model, contents: [{ media: sidewaysJpeg }, "Caption this."] }, options);

  test("a dry run says what it would cost, sends nothing, and needs no key", async () => {
    const { stdout } = await place.ok([...ask, "--dry-run"], { PATH: place.env.PATH });
    const { tokens, cost, parts } = await own();
    assert.match(stdout, /^Nothing was sent\. It would be:\n {2}model +gemini-3\.5-flash\n/);
    assert.ok(stdout.includes(parts[0].explanation) && stdout.includes(`${tokens.toLocaleString("en-US")} tokens`));
    assert.ok(stdout.includes(`$${cost.usd.toFixed(6)} for the prompt`), stdout);
    assert.deepEqual(place.sent(), []);
  });

  test("as JSON: the estimate, with the longest answer in it", async () => {
    const { stdout } = await place.ok([...ask, "--dry-run", "--json", "--max-output-tokens", "500"]);
    const expected = { dryRun: true, ...(await own({ outputTokens: 500 })) };
    assert.deepEqual(JSON.parse(stdout), JSON.parse(JSON.stringify(expected)));
    assert.equal(JSON.parse(stdout).cost.covers, "input+output");
  });

  test("--max-cost lets through what costs no more", async () => {
    const { usd } = (await own({ outputTokens: 50 })).cost;
    const bounded = [...ask, "--max-output-tokens", "50", "--max-cost"];
    await place.ok([...bounded, usd.toFixed(9)]);
    assert.deepEqual(place.sent(), ["generateContent"]);
  });

  for (const more of [[], ["--stream"], ["--dry-run"], ["--detect", "cats"]]) {
    test(`--max-cost refuses what costs more, with exit code 3 and nothing sent ${more}`, async () => {
      const { code, stderr } = await place.run([...ask, "--max-cost", "0.0000001", ...more]);
      assert.equal(code, 3);
      assert.match(
        stderr,
        /^gemini-vision: gemini-3\.5-flash: would cost \$0\.\d{6} for the prompt alone, more than --max-cost 0\.0000001\. Nothing was sent\./,
      );
      assert.deepEqual(place.sent(), []);
    });
  }

  test("a model without a price cannot be bounded; a bound that is none is wrong usage", async () => {
    const unknown = await place.run(["ask", "small.png", "-m", "gemini-1.0-pro", "--max-cost", "1"]);
    assert.equal(unknown.code, 3);
    assert.match(unknown.stderr, /has no known price/);
    for (const bound of ["cheap", "-1", "1e3", ""]) {
      assert.equal((await place.run([...ask, `--max-cost=${bound}`])).code, 2, bound);
    }
    assert.deepEqual(place.sent(), []);
  });

  test("a film that does not tell how long it lasts cannot be bounded", async () => {
    await writeFile(path.join(place.folder, "endless.mp4"), movie({ seconds: 0, width: 64, height: 48 }));
    const film = ["ask", "endless.mp4", "-m", model, "-p", "hi"];
    for (const more of [[], ["--stream"], ["--dry-run"]]) {
      const { code, stderr } = await place.run([...film, "--max-cost", "5", ...more]);
      assert.equal(code, 3, more);
      assert.match(
        stderr,
        /not known beforehand \(video unknown: the file does not tell how long it lasts\), so --max-cost/,
      );
    }
    assert.deepEqual(place.sent(), []);
    const { stdout } = await place.ok([...film, "--dry-run"]);
    assert.match(stdout, /\n {2}video +\? tokens {2}unknown: the file does not tell how long it lasts/);
    assert.match(stdout, /\n {2}cost +at least \$0\.\d{6} for the prompt/);
    assert.match(stdout, /\n {2}window +fits so far: /);
  });

  test("a model that is gone is warned of, with what to use instead", async () => {
    const said =
      "gemini-vision: gemini-1.5-pro: warning: is gone since 2025-09-29; use gemini-3.8-flash. (model-retired)";
    for (const more of [[], ["--stream"]]) {
      const { stderr } = await place.ok(["ask", "small.png", "-m", "gemini-1.5-pro", "-p", "hi", ...more]);
      assert.equal(stderr, `${said}\n`, "once, though the answer says it too");
    }
    const { stdout } = await place.ok(["ask", "small.png", "-m", "gemini-1.5-pro", "-p", "hi", "--dry-run"]);
    assert.match(stdout, /warning +gemini-1\.5-pro is gone since 2025-09-29; use gemini-3\.8-flash\./);
  });

  test("the longest answer is part of the request", async () => {
    const { stdout } = await place.ok(["request", "-m", model, "-p", "hi", "--max-output-tokens", "77"]);
    assert.equal(JSON.parse(stdout).generationConfig.maxOutputTokens, 77);
  });
});

describe("batch", () => {
  const count = 12;
  let folder;
  before(async () => {
    folder = await folderOfPictures(count);
  });
  after(() => rm(folder, { recursive: true }));
  const total = async (options) => {
    let usd = 0;
    for (const name of (await readdir(folder)).filter((file) => file.endsWith(".jpg") && file !== "broken.jpg")) {
      const contents = [{ media: path.join(folder, name) }, "Caption this."];
      usd += (await estimate({ model, contents }, { batch: true, via: "files", ...options })).cost.usd;
    }
    return usd;
  };

  test("a dry run adds up all pictures at the Batch API's prices, and leaves no trace", async () => {
    const { code, stdout } = await runBatch(place.emulator.url, folder, {
      args: ["--dry-run", "--max-output-tokens", "100"],
    });
    assert.equal(code, 0);
    const said = JSON.parse(stdout);
    assert.deepEqual([said.dryRun, said.pictures, said.failed], [true, count, 0]);
    assert.ok(Math.abs(said.cost.usd - (await total({ outputTokens: 100 }))) < 1e-12, stdout);
    assert.deepEqual(place.sent(), []);
    assert.equal((await readdir(folder)).length, count, "no journal, no results");
  });

  test("--max-cost refuses the whole run, before the first upload", async () => {
    const most = (await total()) * 0.99;
    const { code, stderr } = await runBatch(place.emulator.url, folder, { args: ["--max-cost", most.toFixed(9)] });
    assert.equal(code, 3);
    assert.match(stderr, /would cost \$0\.\d{6} for the prompt alone, more than --max-cost/);
    assert.deepEqual(place.sent(), []);
  });

  test("a model nobody knows has no cost: said once, and nothing is sent", async () => {
    for (const args of [["--max-cost", "1"], ["--dry-run"]]) {
      const { code, stdout, stderr } = await runBatch(place.emulator.url, folder, {
        args: ["-m", "gemini-9-ultra", ...args],
      });
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /^gemini-vision: batch: Unknown model "gemini-9-ultra"[^\n]* \(unknown-model\)\n$/);
    }
    assert.deepEqual(place.sent(), []);
    assert.equal((await readdir(folder)).length, count, "no journal, no results");
  });

  test("a film among them that does not tell how long it lasts cannot be bounded", async () => {
    const film = path.join(folder, "film.jpg");
    await writeFile(film, movie({ seconds: 0, width: 64, height: 48 }));
    const { code, stderr } = await runBatch(place.emulator.url, folder, { args: ["--max-cost", "5"] });
    assert.equal(code, 3);
    assert.match(stderr, /not known beforehand \(film\.jpg: video unknown: the file does not tell how long it lasts\)/);
    const dry = JSON.parse((await runBatch(place.emulator.url, folder, { args: ["--dry-run"] })).stdout);
    assert.deepEqual([dry.complete, dry.pictures, dry.failed], [false, count + 1, 0]);
    await rm(film);
    assert.deepEqual(place.sent(), []);
  });

  test("a bad picture is told; what has been asked before costs nothing more", async () => {
    await writeFile(path.join(folder, "broken.jpg"), "no picture");
    const dry = await runBatch(place.emulator.url, folder, { args: ["--dry-run"] });
    assert.equal(dry.code, 1);
    assert.match(dry.stderr, /^gemini-vision: broken\.jpg: /);
    assert.equal(JSON.parse(dry.stdout).failed, 1);
    await rm(path.join(folder, "broken.jpg"));
    const most = await total();
    const real = await runBatch(place.emulator.url, folder, { args: ["--max-cost", (most * 1.01).toFixed(9)] });
    assert.equal(real.code, 0, real.stderr);
    const again = await runBatch(place.emulator.url, folder, { args: ["--dry-run"] });
    assert.deepEqual([JSON.parse(again.stdout).pictures, JSON.parse(again.stdout).cost.usd], [0, 0]);
  });
});
