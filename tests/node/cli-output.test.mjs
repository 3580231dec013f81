/** `--output` of `request` and `ask`: looked at before anything is sent, never over a source, and no answer is lost. */
import assert from "node:assert/strict";
import { copyFile, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { startCli } from "./cli-runner.mjs";
import { serveFor } from "./local-server.mjs";

const model = "gemini-3.5-flash";
const words = "This is the local emulator of gemini-vision-wasm; no model has seen this.";
let place;
before(async () => {
  place = await startCli();
});
beforeEach(() => place.forgetSent());
after(() => place.end());

const at = (name) => path.join(place.folder, name);
const textOf = (name) => readFile(at(name), "utf8");

const commands = {
  request: ["request", "photo.jpg", "-m", model],
  ask: ["ask", "photo.jpg", "-m", model, "-p", "hi"],
  "ask --stream": ["ask", "photo.jpg", "-m", model, "-p", "hi", "--stream"],
  "ask --detect": ["ask", "photo.jpg", "--detect", "cats"],
};
for (const [name, args] of Object.entries(commands)) {
  describe(name, () => {
    test("never over a source, by whatever name and even with --force", async () => {
      // Of a name that a drawing may have.
      await copyFile(at("upright.jpg"), at("photo.svg"));
      await symlink("photo.svg", at("link.svg")).catch(() => {});
      const before = await readFile(at("photo.svg"));
      const [command, , ...options] = args;
      for (const output of ["photo.svg", "./photo.svg", at("photo.svg"), "link.svg"]) {
        const { code, stderr } = await place.run([command, "photo.svg", ...options, "-o", output, "--force"]);
        assert.equal(code, 2, output);
        assert.match(stderr, /is a source and would be overwritten/);
      }
      assert.deepEqual(await readFile(at("photo.svg")), before);
      assert.deepEqual(place.sent(), []);
    });

    test("what cannot be written is known before anything is sent", async () => {
      await copyFile(at("upright.jpg"), at("photo.jpg"));
      await mkdir(at("folder.svg"), { recursive: true });
      await writeFile(at("mine.svg"), "mine");
      const refused = {
        "nowhere/x.svg": [1, /"nowhere\/x\.svg" cannot be written: there is no folder "nowhere"/],
        "mine.svg/x.svg": [1, /there is no folder "mine\.svg"/],
        "folder.svg": [2, /"folder\.svg" is a folder; name a file in it/],
        "mine.svg": [1, /"mine\.svg" is there already; --force overwrites it/],
      };
      for (const [output, [expected, message]] of Object.entries(refused)) {
        const { code, stdout, stderr } = await place.run([...args, "-o", output]);
        assert.deepEqual([code, stdout], [expected, ""], output);
        assert.match(stderr, message);
      }
      assert.equal(await textOf("mine.svg"), "mine");
      assert.deepEqual(place.sent(), []);
      await place.ok([...args, "-o", "mine.svg", "--force"]);
      assert.notEqual(await textOf("mine.svg"), "mine");
      const left = (await readdir(place.folder)).filter((file) => file.startsWith(".mine"));
      assert.deepEqual(left, [], "nothing half written is left behind");
    });
  });
}

test("a device is written to, not replaced", { skip: process.platform === "win32" }, async () => {
  await place.ok(["request", "upright.jpg", "-m", model, "-o", "/dev/null"]);
  assert.ok((await stat("/dev/null")).isCharacterDevice());
});

describe("the text of an answer", () => {
  test("goes into the file, what it cost to stdout", async () => {
    const { stdout } = await place.ok(["ask", "upright.jpg", "-m", model, "-p", "hi", "-o", "answer.txt"]);
    assert.match(stdout, /^answer +answer\.txt\nusage +[\d,]+ prompt .*\ncost +\$0\.\d{6} = .*\n$/);
    const text = await textOf("answer.txt");
    assert.ok(text.startsWith(words) && text.endsWith("\n"), text);
    const plain = await place.ok(["ask", "upright.jpg", "-m", model, "-p", "hi"]);
    assert.ok(plain.stdout.startsWith(text), "the same as without --output");
  });

  test("streamed, it is shown as it comes as well", async () => {
    const args = ["ask", "upright.jpg", "-m", model, "-p", "hi", "--stream"];
    const { stdout } = await place.ok([...args, "-o", "streamed.txt"]);
    const text = await textOf("streamed.txt");
    assert.ok(stdout.startsWith(`${text}\nanswer  streamed.txt\nusage `), stdout);
  });

  test("for programs, the response is on stdout as ever", async () => {
    const { stdout } = await place.ok(["ask", "upright.jpg", "-m", model, "-p", "hi", "-o", "told.txt", "--json"]);
    assert.equal(await textOf("told.txt"), `${JSON.parse(stdout).text}\n`);
  });

  test("where there is none, there is no file, and the exit code says so", async () => {
    const blocked = { promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { promptTokenCount: 5 } };
    place.emulator.inject({ on: "generateContent", type: "answer", status: 200, body: blocked });
    const { code, stdout, stderr } = await place.run(["ask", "-m", model, "-p", "hi", "-o", "silent.txt"]);
    assert.equal(code, 1);
    assert.match(stdout, /^\(no text: SAFETY\)\n\nusage /);
    assert.equal(stderr, "gemini-vision: silent.txt: is not written: (no text: SAFETY)\n");
    await assert.rejects(textOf("silent.txt"), { code: "ENOENT" });
  });
});

describe("what has been paid for is shown when it can no longer be written", () => {
  /** Answers, but something else takes the place of the file first. */
  const meddler = (t, file, text) =>
    serveFor(t, async (_request, response) => {
      await writeFile(at(file), "another's");
      const candidate = { content: { role: "model", parts: [{ text }] }, finishReason: "STOP" };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ candidates: [candidate] }));
    });

  test("an answer", async (t) => {
    const { url } = await meddler(t, "late.txt", "Dear words.");
    const { code, stdout, stderr } = await place.run([
      ...["ask", "-m", model, "-p", "hi", "-o", "late.txt", "--base-url", url],
    ]);
    assert.equal(code, 1);
    assert.match(stdout, /^Dear words\.\n\n/);
    assert.equal(stderr, "gemini-vision: late.txt: is there already; --force overwrites it.\n");
    assert.equal(await textOf("late.txt"), "another's");
  });

  test("detections", async (t) => {
    const { url } = await meddler(t, "late.svg", '[{"box_2d": [250, 250, 750, 750], "label": "cat"}]');
    const ask = ["ask", "upright.jpg", "--detect", "cats", "-o", "late.svg", "--base-url", url];
    const { code, stdout } = await place.run(ask);
    assert.equal(code, 1);
    assert.match(stdout, /^1 found\n {2}cat {2}box 12, 8, 24, 16\n$/);
    assert.equal(await textOf("late.svg"), "another's");
  });
});

test("--kind is of detections alone", async () => {
  const { code, stderr } = await place.run(["ask", "upright.jpg", "-m", model, "-p", "hi", "--kind", "points"]);
  assert.equal(code, 2);
  assert.match(stderr, /--kind .* --detect/);
  assert.deepEqual(place.sent(), []);
});
