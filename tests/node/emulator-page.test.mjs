/** The page that the emulator can host, and what it must not give away. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { call, generatePath, rawCall, user } from "./emulator-client.mjs";

describe("the page", () => {
  let folder;
  let hosted;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "page-"));
    const site = path.join(folder, "site");
    await mkdir(path.join(site, "assets"), { recursive: true });
    await writeFile(path.join(folder, "secret.txt"), "secret");
    await writeFile(path.join(folder, "site-secret.txt"), "secret");
    await writeFile(path.join(site, "index.html"), "<!doctype html>");
    await writeFile(path.join(site, "assets", "core.wasm"), "\0asm");
    await writeFile(path.join(site, "assets", "app.js"), "export {};");
    await symlink(path.join(folder, "secret.txt"), path.join(site, "link.txt"));
    hosted = await startEmulator({ pageDirectory: site });
  });
  after(async () => {
    await hosted.close();
    await rm(folder, { recursive: true });
  });

  const pagePolicy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; " +
    "media-src 'self' blob:; connect-src 'self' https://generativelanguage.googleapis.com; worker-src 'self'; " +
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  /** Counts only where a script is a worker, which knows no key and fetches what a person names. */
  const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src *";

  test("files come with their types, a strict policy and no sniffing", async () => {
    const types = {
      "/": "text/html; charset=utf-8",
      "/assets/core.wasm": "application/wasm",
      "/assets/app.js": "text/javascript; charset=utf-8",
    };
    for (const [file, type] of Object.entries(types)) {
      const response = await fetch(hosted.url + file);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), type);
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
      const policy = response.headers.get("content-security-policy");
      if (file.endsWith(".js")) assert.equal(policy, workerPolicy);
      else assert.equal(policy, pagePolicy);
      await response.arrayBuffer();
    }
  });

  test("HEAD has the length and no body", async () => {
    const response = await fetch(`${hosted.url}/assets/core.wasm`, { method: "HEAD" });
    assert.equal(response.headers.get("content-length"), "4");
    assert.equal((await response.arrayBuffer()).byteLength, 0);
  });

  const outside = [
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/../../secret.txt",
    "/..%2fsite-secret.txt",
    "/link.txt",
    "/assets",
    "/nothing.html",
    "/%00",
    "/%zz",
  ];
  for (const wanted of outside) {
    test(`not served: ${wanted}`, async () => {
      const { status, text } = await rawCall(hosted.url, { path: wanted });
      assert.equal(status, 404);
      assert.ok(!text.includes("secret"));
    });
  }

  test("the API answers beside it", async () => {
    assert.equal((await call(hosted.url, "/v1beta/models")).status, 200);
    assert.equal((await call(hosted.url, generatePath, user({ text: "hi" }))).status, 200);
  });

  test("a directory that is not there is a bad argument", async () => {
    await assert.rejects(startEmulator({ pageDirectory: path.join(folder, "nowhere") }), { code: "bad-argument" });
  });
});
