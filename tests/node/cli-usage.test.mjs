/** The command line itself: help, wrong usage, and the server that runs until it is told to stop. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { models } from "gemini-vision-wasm";
import { command, lines, startCli } from "./cli-runner.mjs";

let place;
before(async () => {
  place = await startCli();
});
after(() => place.end());

describe("usage", () => {
  const wrong = {
    "a key as a flag": [["ask", "--api-key=secret-test-key", "small.png"], /GEMINI_API_KEY/],
    "a key before the command": [["--api-key", "secret-test-key"], /GEMINI_API_KEY/],
    "an unknown command": [["paint"], /Unknown command "paint"/],
    "an unknown option": [["probe", "--colour"], /'--colour'/],
    "no file": [["probe"], /at least one file/],
    "no file and no prompt": [["estimate"], /at least one file/],
    "no model to ask": [["ask", "small.png"], /--model/],
    "a basis that is none": [["estimate", "small.png", "--basis", "hope"], /observed, documented, not "hope"/],
    "a resolution that is none": [["estimate", "small.png", "--media-resolution", "8k"], /ultra_high, not "8k"/],
    "a day that is none": [["estimate", "small.png", "--at", "someday"], /--at takes a date/],
    "a port that is none": [["serve", "--port", "70000"], /from 0 to 65535/],
  };
  for (const [what, [args, message]] of Object.entries(wrong)) {
    test(`${what} is exit code 2`, async () => {
      const { code, stdout, stderr } = await place.run(args);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /secret-test-key/);
    });
  }

  test("help is on stdout, for the whole and for each command", async () => {
    const { stdout } = await place.ok(["--help"]);
    const commands = lines(stdout)
      .map((line) => /^ {2}([a-z]+) {2}/.exec(line)?.[1])
      .filter(Boolean);
    assert.deepEqual(commands, [
      "estimate",
      "compare",
      "probe",
      "prepare",
      "request",
      "ask",
      "batch",
      "files",
      "models",
      "serve",
      "completion",
    ]);
    for (const name of commands) {
      const help = await place.ok([name, "--help"]);
      assert.match(help.stdout, new RegExp(`^Usage: gemini-vision ${name}`));
      assert.match(help.stdout, /--json/);
    }
    assert.equal((await place.run([])).code, 2);
    assert.deepEqual(
      [...stdout.matchAll(/^ {2}(\d) {2}\S/gm)].map((match) => Number(match[1])),
      [0, 1, 2, 3],
      "exit codes",
    );
  });

  test("the version is the package's", async () => {
    const manifest = new URL("../node_modules/gemini-vision-wasm/package.json", import.meta.url);
    const { version } = JSON.parse(await readFile(manifest, "utf8"));
    assert.equal((await place.ok(["--version"])).stdout, `${version}\n`);
  });
});

describe("serve", () => {
  /** Starts it on any free port; resolves once its address is printed. */
  async function start(args = [], env = {}) {
    const options = { cwd: place.folder, env: { ...place.env, ...env } };
    const child = spawn(command, ["serve", "--port", "0", ...args], options);
    const output = { text: "" };
    const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
    await new Promise((resolve, reject) => {
      const collect = (chunk) => {
        output.text += chunk;
        if (output.text.includes("http://")) resolve();
      };
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      ended.then(({ code }) => reject(new Error(`ended with ${code}: ${output.text}`)));
    });
    return { child, output, ended, url: /http:\/\/[\d.]+:\d+/.exec(output.text)[0] };
  }

  for (const signal of ["SIGTERM", "SIGINT"]) {
    test(`${signal} ends it with 0, whoever is still connected`, async () => {
      const { child, output, ended, url } = await start();
      const headers = { "x-goog-api-key": "secret-test-key" };
      const answer = await fetch(`${url}/v1beta/models`, { headers });
      assert.equal(answer.status, 200);
      child.kill(signal);
      assert.deepEqual(await ended, { code: 0, signal: null });
      assert.doesNotMatch(output.text, /secret-test-key/);
    });
  }

  test("a page is served beside the API", async () => {
    await writeFile(path.join(place.folder, "index.html"), "<!doctype html><title>page</title>");
    const { child, ended, url } = await start(["--page", ".", "--json"]);
    assert.match(await (await fetch(`${url}/`)).text(), /<title>page/);
    child.kill("SIGTERM");
    assert.equal((await ended).code, 0);
  });

  test("what it says to try is there to be run: by npx for whoever runs it so", async () => {
    const asks = { "": "gemini-vision ask", exec: "npx --package gemini-vision-wasm gemini-vision ask" };
    for (const [npmCommand, ask] of Object.entries(asks)) {
      const { child, output, ended, url } = await start([], { npm_command: npmCommand });
      child.kill("SIGTERM");
      await ended;
      const line = output.text.split("\n").find((text) => text.startsWith("Try:"));
      assert.ok(line.includes(`GEMINI_BASE_URL=${url} ${ask} photo.jpg -m `), line);
      const model = /-m (\S+)/.exec(line)[1];
      assert.deepEqual([models.get(model).deprecated, models.get(model).retired], [undefined, undefined]);
    }
  });

  test("a port that is taken is exit code 1", async () => {
    const { code, stderr } = await place.run(["serve", "--port", new URL(place.emulator.url).port]);
    assert.equal(code, 1);
    assert.match(stderr, /^gemini-vision: serve: .*port \d+.* \(bad-argument\)\n$/);
  });
});
