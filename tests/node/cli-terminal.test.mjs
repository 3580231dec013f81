/** What the command shows on a terminal and nowhere else, and what it teaches shells. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { folderOfPictures } from "./batch-runner.mjs";
import { command, startCli } from "./cli-runner.mjs";
import { png } from "./emulator-client.mjs";

const has = (program, ...args) => {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
/** util-linux's; it gives a command a terminal and shows what it writes there. */
const noTerminal = has("script", "--version") ? false : "NOT TESTED: there is no `script` of util-linux";

describe("on a terminal", { skip: noTerminal }, () => {
  let folder;
  let emulator;
  before(async () => {
    folder = await folderOfPictures(3);
    await writeFile(path.join(folder, "broken.jpg"), "no picture");
    emulator = await startEmulator({ batchMs: 1500 });
  });
  after(async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  });

  /** A shell's line, with a terminal for what it does not redirect. */
  const onTerminal = (line, more = {}) =>
    new Promise((resolve) => {
      const env = {
        PATH: process.env.PATH,
        TERM: "xterm",
        GEMINI_API_KEY: "k",
        GEMINI_BASE_URL: emulator.url,
        ...more,
      };
      const args = ["--quiet", "--return", "--command", line.replaceAll("gemini-vision", command), "/dev/null"];
      execFile("script", args, { cwd: folder, env }, (error, shown) =>
        resolve({ code: error?.code ?? 0, shown: shown.replaceAll("\x1b", "␛") }),
      );
    });
  const batch = "gemini-vision batch . -m gemini-3.5-flash -p hi";
  const isBar = /\[=* *\] 0 of 1 jobs/;

  test("a bar while it takes long, gone when it is over", async () => {
    const { code, shown } = await onTerminal(`rm broken.jpg; ${batch}`);
    assert.equal(code, 0, shown);
    assert.match(shown, isBar);
    const [, last] = /^.*\r␛\[K(.*)$/s.exec(shown);
    assert.match(last, /^results\.jsonl: 3 results, 0 of them failures, from 1 jobs\r\n$/, "nothing of it is left");
  });

  test("none in a file, and none on a terminal that cannot take a line back", async () => {
    const { shown } = await onTerminal(`${batch} -p other 2> errors > out; cat errors out`);
    assert.doesNotMatch(shown, /␛|\[=* *\]/);
    assert.doesNotMatch((await onTerminal(`${batch} -p third`, { TERM: "dumb" })).shown, /\[=* *\]/);
  });

  test("colours, unless NO_COLOR is set or it is no terminal", async () => {
    const failing = "gemini-vision probe nothing.jpg picture-0000.jpg picture-0001.jpg";
    const coloured = await onTerminal(failing);
    assert.equal(coloured.code, 1);
    assert.match(coloured.shown, /␛\[31mgemini-vision:␛\[39m nothing\.jpg: /);
    assert.match(coloured.shown, /␛\[1mfile +type .*␛\[22m\r\n/);
    const plain = await onTerminal(failing, { NO_COLOR: "1" });
    assert.match(plain.shown, /^gemini-vision: nothing\.jpg: /m);
    for (const { shown } of [plain, await onTerminal(`${failing} 2>&1 | cat`)]) assert.doesNotMatch(shown, /␛/);
  });
});

test("tables stand in columns, whatever alphabet their names are in", async () => {
  /** Columns each name takes, as terminals have it: two for Han, kana, Hangul and emoji, none for marks. */
  const names = {
    "plain.png": 9,
    "写真.png": 8,
    "はがきｶﾅ.png": 12,
    "사진.png": 8,
    "e\u0301te\u0301.png": 7,
    "👩‍👩‍👧❤️🇩🇪.png": 10,
  };
  const place = await startCli();
  try {
    for (const name of Object.keys(names)) await writeFile(path.join(place.folder, name), png);
    const { stdout } = await place.ok(["probe", ...Object.keys(names)]);
    const [head, ...rows] = stdout.trimEnd().split("\n");
    const second = head.indexOf("type");
    assert.equal(second, Math.max(...Object.values(names)) + 2);
    for (const [i, [name, width]] of Object.entries(names).entries()) {
      assert.equal(rows[i].indexOf("image/png"), name.length + second - width, rows[i]);
    }
  } finally {
    await place.end();
  }
});

describe("completions", () => {
  let place;
  before(async () => {
    place = await startCli();
    for (const shell of ["bash", "zsh", "fish"]) {
      await writeFile(path.join(place.folder, `complete.${shell}`), (await place.ok(["completion", shell])).stdout);
    }
  });
  after(() => place.end());

  const shells = {
    bash: (words) => [
      "-c",
      `. ./complete.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gemini_vision; printf "%s\\n" "\${COMPREPLY[@]}"`,
      "bash",
      ...words,
    ],
    fish: (words) => ["--no-config", "-c", `source complete.fish; complete -C '${words.join(" ")}'`],
    zsh: (words) => [
      "-f",
      "-c",
      // What it would offer is caught where it is handed over.
      `compdef() { }; _arguments() { print -rl -- "$@" }; _describe() { print -rl -- \${(P)2} }
        . ./complete.zsh; words=("$@"); CURRENT=$#; _gemini_vision`,
      "zsh",
      ...words,
    ],
  };

  /** Options, choices, models, words: each from the table of commands. */
  const offered = {
    "gemini-vision ": /^estimate/m,
    "gemini-vision ask --": /^.*--max-cost/m,
    "gemini-vision files ": /upload/,
  };

  for (const [shell, args] of Object.entries(shells)) {
    const isThere = has(shell, "--version");
    test(`${shell} offers what the commands take`, { skip: !isThere && `NOT TESTED: there is no ${shell}` }, () => {
      const offers = (line) => execFileSync(shell, args(line.split(" ")), { cwd: place.folder, encoding: "utf8" });
      for (const [line, expected] of Object.entries(offered)) assert.match(offers(line), expected, line);
      if (shell === "zsh") return; // its own functions choose among the rest
      assert.deepEqual(offers("gemini-vision ask --kind p").match(/^\w+/gm), ["points", "polygons"]);
      assert.match(offers("gemini-vision ask -m gemini-3.8-f"), /^gemini-3\.8-flash\b/);
      assert.match(offers("gemini-vision completion f"), /^fish\b/);
    });
  }

  test("every command and flag is in every script, and no model that is gone", async () => {
    const help = (await place.ok(["--help"])).stdout;
    const commands = [...help.matchAll(/^ {2}([a-z]+) {2}/gm)].map((match) => match[1]);
    assert.ok(commands.length > 8, "the help names them");
    for (const shell of Object.keys(shells)) {
      const script = (await place.ok(["completion", shell])).stdout;
      for (const name of commands) {
        assert.match(script, new RegExp(`\\b${name}\\b`), shell);
        for (const [, flag] of (await place.ok([name, "--help"])).stdout.matchAll(/ --([a-z0-9-]+)/g)) {
          assert.match(script, new RegExp(shell === "fish" ? `-l ${flag}\\b` : `--${flag}\\b`), `${shell}: ${name}`);
        }
      }
      assert.ok(script.includes("gemini-3.8-flash") && !script.includes("gemini-1.5-pro"));
    }
  });

  test("another shell is wrong usage", async () => {
    assert.equal((await place.run(["completion", "tcsh"])).code, 2);
    assert.equal((await place.run(["completion"])).code, 2);
  });
});
