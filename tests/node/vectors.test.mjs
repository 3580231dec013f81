/** The wasm against the vectors that the C++ tests read too: the same answers on both sides of the door. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { estimate, models } from "gemini-vision-wasm";
import { assertHolds } from "./arithmetic.mjs";

// Internal, but shipped: what `estimate` and `buildRequest` call.
const dist = (file) => import(new URL(file, import.meta.resolve("gemini-vision-wasm")));
const { base64Length, withCore } = await dist("./wasm/core.js");
const { ruleSetNames, mediaLevels, bases } = await dist("./generated/models.js");
const { kinds } = await dist("./generated/vocabulary.js");

const folder = new URL("../vectors/", import.meta.url);
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

const bytesOf = ({ hex, json }) => (json === undefined ? Buffer.from(hex, "hex") : Buffer.from(json));

const readers = { "base64.json": base64, "json-echo.json": jsonEcho, "tokens.json": tokens };

test("every file of vectors is read here", { skip: names.length === 0 && "there are no vectors yet" }, () => {
  assert.deepEqual(names.toSorted(), Object.keys(readers).toSorted());
});

for (const name of names) describe(name, () => readers[name]?.(read(name)));

function base64({ cases }) {
  test(`${cases.length} cases`, async () => {
    await withCore((core) => {
      for (const { hex, base64: expected } of cases) {
        const input = Buffer.from(hex, "hex");
        const output = new Uint8Array(base64Length(input.length) + 2).fill(0x21);
        core.encodeBase64(input, output, 1);
        assert.equal(Buffer.from(output).toString("latin1"), `!${expected}!`);
      }
    });
  });
}

function jsonEcho({ marker, echoed, refused }) {
  const echo = (core, vector) => core.echoRequest(bytesOf(vector), Buffer.from(marker));

  for (const vector of echoed) {
    test(`echoed: ${vector.name}`, () =>
      withCore((core) => {
        const { text, places } = echo(core, vector);
        const expected = vector.textHex === undefined ? Buffer.from(vector.text) : Buffer.from(vector.textHex, "hex");
        assert.ok(expected.equals(text), Buffer.from(text).toString());
        assert.deepEqual([...places], (vector.places ?? []).flat());
      }));
  }

  for (const vector of refused ?? []) {
    test(`refused: ${vector.name}`, () =>
      withCore((core) => {
        assert.throws(
          () => echo(core, vector),
          (error) => {
            assert.equal(error.code, vector.status);
            if (vector.at !== undefined) assert.equal(error.at, vector.at);
            return true;
          },
        );
      }));
  }
}

/** Any model of a rule set; one is registered where none has it. */
function modelOf(ruleSet) {
  const known = models.list().find((model) => model.ruleSet === ruleSet);
  return known ?? models.register({ id: `vectors-${ruleSet}`, ruleSet, contextWindow: 1 });
}

function tokens({ groups }) {
  for (const { about, cases } of groups) {
    test(`${about}: ${cases.length} cases`, async () => {
      for (const { given, expected } of cases) {
        const { ruleSet, kind, level = "unspecified", basis, via, fps = 1, hasAudio = false, ...rest } = given;
        const counted = await withCore((core) =>
          core.countTokens({
            pages: 1,
            ...rest,
            ruleSet: ruleSetNames.indexOf(ruleSet),
            kind: kinds.indexOf(kind),
            level: mediaLevels.indexOf(level),
            documented: Number(basis === "documented"),
            byFile: Number(via === "files"),
            framesPerSecond: fps,
            hasAudio: Number(hasAudio),
          }),
        );
        for (const [field, value] of Object.entries(expected)) {
          const actual = field === "basis" ? bases[counted.basis] : counted[field];
          assert.equal(actual, value, `${field} of ${JSON.stringify(given)}`);
        }
        await asPart(given, expected);
      }
    });
  }
}

/** The same through `estimate`, where a caller can give the same facts. */
async function asPart(
  { ruleSet, kind, level, basis, via, width, height, pages = 1, seconds, fps, hasAudio },
  expected,
) {
  const facts = {
    image: width > 0 && height > 0 && { uprightWidth: width, uprightHeight: height },
    document: pages > 0 && { pages, ...(width > 0 && height > 0 && { pageSizes: [{ width, height }] }) },
    video: seconds > 0 && {
      durationSeconds: seconds,
      hasAudio: hasAudio ?? false,
      uprightWidth: width,
      uprightHeight: height,
    },
    audio: seconds > 0 && { durationSeconds: seconds },
  }[kind];
  if (!facts || (fps !== undefined && !(fps > 0 && fps <= 24))) return;
  const contents = { media: { kind, ...facts }, ...(fps && { videoMetadata: { fps } }) };
  const config = level === undefined ? {} : { mediaResolution: level };
  const { parts } = await estimate({ model: modelOf(ruleSet).id, contents, config }, { basis, via });
  assert.equal(parts[0].tokens, expected.tokens, JSON.stringify(contents));
  assert.equal(parts[0].basis, expected.basis, JSON.stringify(contents));
  assertHolds(parts[0]);
}
