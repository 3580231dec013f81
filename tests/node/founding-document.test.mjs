/**
 * Every program of the founding document runs on the drop-in, against the emulator. Rewritten are only: the import lines;
 * declarations in front for names it leaves undefined; the remote picture's address; local file names. Its retired models
 * are served by the emulator, whose address the environment tells.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { jpeg } from "./emulator-client.mjs";
import { http, startRawServer } from "./raw-server.mjs";

const document = fileURLToPath(new URL("../../../shared/seed.txt", import.meta.url));
const missing = existsSync(document) ? false : "the founding document does not lie beside the project";

/** From an import, or the comment that stands for it, to the next line of prose, which begins with a capital letter. */
function programsOf(text) {
  const programs = [];
  let current;
  for (const line of text.split("\n")) {
    if (current === undefined && /^(import |\/\/ Make sure to include)/.test(line)) current = [];
    else if (current !== undefined && /^[A-Z]/.test(line)) {
      programs.push(current.join("\n").trim());
      current = undefined;
    }
    current?.push(line);
  }
  return programs;
}

const imports = `
import { GoogleGenerativeAI } from "gemini-vision-wasm/generative-ai";
import { GoogleAIFileManager } from "gemini-vision-wasm/generative-ai/server";
import fs from "fs";`;

/** @returns the program, and how often each rewrite was needed */
function rewrite(program, pictureUrl, folder) {
  const code = program
    .replace(/^import .*$/gm, "")
    .replace(/^\/\/ import .*$/gm, "")
    .replace(/'https:\/\/upload\.wikimedia\.org\/[^']+'/g, JSON.stringify(pictureUrl))
    .replace(/"(jetpack|piranha)\.jpg"/g, (_, name) => JSON.stringify(path.join(folder, `${name}.jpg`)));
  const declared = { mediaPath: folder, IMAGE_PATH_1: pictureUrl, IMAGE_PATH_2: pictureUrl };
  const needed = Object.entries(declared).filter(([name]) => code.includes(name));
  const declarations = needed.map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
  return [imports.trim(), ...declarations, code].join("\n");
}

describe("programs of the founding document", { skip: missing }, () => {
  let emulator;
  let folder;
  let pictures;
  before(async () => {
    emulator = await startEmulator();
    pictures = await startRawServer(() => http(200, jpeg, { "Content-Type": "image/jpeg" }));
    folder = await mkdtemp(path.join(tmpdir(), "seed-"));
    await symlink(fileURLToPath(new URL("../node_modules", import.meta.url)), path.join(folder, "node_modules"));
    await mkdir(path.join(folder, "media"));
    for (const name of ["jetpack", "piranha"]) await writeFile(path.join(folder, "media", `${name}.jpg`), jpeg);
  });
  after(async () => {
    await emulator.close();
    await pictures.close();
    await rm(folder, { recursive: true });
  });

  const file = "image/jpeg 48×32 of [\\d,]+ bytes, sha256 [0-9a-f]{8}…";
  const expected = [
    ["Working with local images", new RegExp(`3 parts: text of 127 characters: ".+"; ${file}; ${file}\\.\n$`)],
    ["Base64 encoded images", new RegExp(`2 parts: ${file}; text of 19 characters: "Caption this image\\."\\.\n$`)],
    ["Multiple images", new RegExp(`3 parts: ${file}; ${file}; text of 60 characters: ".+"\\.\n$`)],
    [
      "Upload an image and generate content",
      new RegExp(
        `^Uploaded file Jetpack drawing as: http://.+/v1beta/files/[a-z0-9]+\n.*2 parts: text of 25 .*; ${file}\\.\n$`,
      ),
    ],
    [
      "Verify image file upload and get metadata",
      /^Retrieved file Jetpack drawing as http:\/\/.+\/v1beta\/files\/[a-z0-9]+\n$/,
    ],
  ];

  test("all of them are found", async () => {
    const text = await readFile(document, "utf8");
    const programs = programsOf(text);
    assert.equal(programs.length, expected.length);
    assert.equal(
      programs.join().match(/new GoogleGenerativeAI\(/g).length,
      text.match(/new GoogleGenerativeAI\(/g).length,
    );
    assert.equal(
      programs.join().match(/new GoogleAIFileManager\(/g).length,
      text.match(/new GoogleAIFileManager\(/g).length,
    );
  });

  for (const [i, [title, output]] of expected.entries()) {
    test(title, async () => {
      const program = programsOf(await readFile(document, "utf8"))[i];
      const place = path.join(folder, `program-${i}.mjs`);
      await writeFile(place, rewrite(program, `${pictures.url}/picture.jpg`, path.join(folder, "media")));
      const env = { PATH: process.env.PATH, GEMINI_API_KEY: "key", API_KEY: "key", GEMINI_BASE_URL: emulator.url };
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [place], { env, timeout: 60_000 });
      assert.equal(stderr, "");
      assert.match(stdout, output);
    });
  }
});
