/** The release publishes what was tested, and can say where it comes from. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

const textOf = (name) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const [head, build, publish] = textOf(".github/workflows/release.yml").split(/^ {2}(?:build|publish):$/m);
const { version, private: isPrivate } = JSON.parse(textOf("npm/package.json"));

describe("the release workflow", () => {
  test("builds and tests once, by the command that everybody uses", () => {
    assert.match(build, /run: npm test$/m);
    assert.match(build, /uses: actions\/upload-artifact/);
    assert.doesNotMatch(build, /npm publish/);
  });

  test("publishes that file with provenance, and builds nothing", () => {
    const [, before, command] = /^(.*)\n( *npm publish .*)$/ms.exec(publish);
    assert.match(command, /npm publish \.\/gemini-vision-wasm-\*\.tgz .*--provenance/);
    assert.match(before, /uses: actions\/download-artifact/);
    assert.match(before, /sha256sum --check/);
    assert.doesNotMatch(publish, /actions\/checkout|npm (?:ci|install|pack|run|test)/);
  });

  test("only publishing may ask for an identity, and there is no token to lose", () => {
    assert.match(publish, /^ {4}permissions:\n {6}contents: read\n {6}id-token: write$/m);
    assert.match(head, /^permissions:\n {2}contents: read$/m);
    assert.doesNotMatch(head + build, /id-token/);
    assert.doesNotMatch(head + build + publish, /secrets\.|NODE_AUTH_TOKEN/);
  });
});

test("the changelog speaks of this version, and the package may be published", () => {
  assert.match(textOf("npm/CHANGELOG.md"), new RegExp(`^## ${version.replaceAll(".", "\\.")}$`, "m"));
  assert.equal(isPrivate, undefined);
});
