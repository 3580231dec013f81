/** `prepare` of the installed command: a flag for each option, names that fit, and many files of which some are bad. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { prepare, probe } from "gemini-vision-wasm";
import { encodePng, scene } from "../../tools/samples.mjs";
import { lines, startCli } from "./cli-runner.mjs";
import { jpeg, png, sidewaysJpeg } from "./emulator-client.mjs";
import { ultraHdrJpeg } from "./hdr-files.mjs";

let place;
before(async () => {
  place = await startCli();
});
after(() => place.end());

const at = (name) => path.join(place.folder, name);

describe("each option of prepare has its flag", () => {
  /** Of a picture of 48 × 32, stored sideways, or of a clear one; the names are those of `PrepareOptions`. */
  const flags = {
    maxEdge: [["--max-edge", "24"], { maxEdge: 24 }],
    maxPixels: [["--max-pixels", "600"], { maxPixels: 600 }],
    maxBytes: [["--max-bytes", "900"], { maxBytes: 900 }],
    format: [["--format", "webp"], { format: "webp" }],
    quality: [["--quality", "30", "--format", "webp"], { quality: 30, format: "webp" }],
    crop: [["--crop", "8,4,20,10"], { crop: { x: 8, y: 4, width: 20, height: 10 } }],
    background: [
      ["--background", "#ff0000", "--format", "jpeg"],
      { background: "#ff0000", format: "jpeg" },
      "clear.png",
    ],
    upright: [["--keep-orientation"], { upright: false }],
    stripMetadata: [["--keep-metadata", "--keep-orientation"], { stripMetadata: false, upright: false }],
    keepGainMap: [["--keep-gain-map"], { keepGainMap: true }, "hdr.jpg"],
  };
  /** Changes nothing: it has a test of its own. */
  const judging = ["sharpness"];
  /** No flags: they are for programs. */
  const without = ["limits", "onProgress", "signal"];

  test("all of them", async () => {
    const types = await readFile(
      new URL("../node_modules/gemini-vision-wasm/dist/types/prepare.d.ts", import.meta.url),
      "utf8",
    );
    const [, body] = /interface PrepareOptions \{\n(.*?)\n\}/s.exec(types);
    const names = [...body.matchAll(/^ {4}(\w+)\?:/gm)].map((match) => match[1]);
    assert.deepEqual(
      names.filter((name) => !without.includes(name)).sort(),
      [...Object.keys(flags), ...judging].sort(),
    );
  });

  test("sharpness", async () => {
    const { stdout } = await place.ok(["prepare", "sideways.jpg", "-o", "judged.bin", "--sharpness"]);
    const { sharpness } = await prepare(at("sideways.jpg"), { sharpness: true });
    assert.match(stdout, new RegExp(`sharpness\\s+${sharpness.score.toFixed(2)} of 1`));
    const told = await place.ok(["prepare", "sideways.jpg", "-o", "judged-too.bin", "--sharpness", "--json"]);
    assert.deepEqual(JSON.parse(told.stdout).sharpness, sharpness);
  });

  for (const [name, [args, options, source = "sideways.jpg"]] of Object.entries(flags)) {
    test(name, async () => {
      await writeFile(at("clear.png"), encodePng(scene(48, 32), { colorType: 6 }));
      await writeFile(at("hdr.jpg"), ultraHdrJpeg({}).bytes);
      const output = `${name}.bin`;
      await place.ok(["prepare", source, "-o", output, ...args]);
      const { bytes } = await prepare(at(source), options);
      assert.deepEqual(new Uint8Array(await readFile(at(output))), bytes);
      const plain = await prepare(at(source));
      assert.notDeepEqual(bytes, plain.bytes, "the option does something");
    });
  }

  test("ask and request prepare by the same flags", async () => {
    const args = ["-m", "gemini-3.5-flash", "--format", "webp", "--max-edge", "20"];
    const { stdout } = await place.ok(["request", "sideways.jpg", ...args]);
    const { mimeType, data } = JSON.parse(stdout).contents[0].parts[0].inlineData;
    assert.equal(mimeType, "image/webp");
    assert.equal((await probe(Buffer.from(data, "base64"))).width, 20);
    assert.match((await place.ok(["ask", "sideways.jpg", ...args])).stdout, /image\/webp 20×13/);
  });

  const wrong = {
    "--crop": ["1,2,3", /X,Y,WIDTH,HEIGHT/],
    "--background": ["red", /#ffffff, not "red"/],
    "--max-edge": ["0", /from 1 on, not "0"/],
    "--format": ["gif", /keep, jpeg, png, webp, not "gif"/],
  };
  for (const [flag, [value, message]] of Object.entries(wrong)) {
    test(`${flag} ${value} is wrong usage, before anything is read`, async () => {
      const { code, stderr } = await place.run(["prepare", "nothing.jpg", "-o", "x.jpg", flag, value]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});

describe("names say what a picture has become", () => {
  test("the name of an output asks for its format, unless a flag does", async () => {
    const typeOf = async (name) => (await probe(at(name))).mimeType;
    await place.ok(["prepare", "sideways.jpg", "-o", "one.webp"]);
    await place.ok(["prepare", "sideways.jpg", "-o", "two.webp", "--format", "png"]);
    assert.deepEqual([await typeOf("one.webp"), await typeOf("two.webp")], ["image/webp", "image/png"]);
  });

  test("in a folder the ending changes with the format, and two of one name are refused", async () => {
    await mkdir(at("webp"));
    await place.ok(["prepare", "upright.jpg", "small.png", "-o", "webp", "--format", "webp"]);
    assert.deepEqual((await readdir(at("webp"))).sort(), ["small.webp", "upright.webp"]);
    await writeFile(at("upright.png"), png);
    await mkdir(at("same"));
    const { code, stderr } = await place.run([
      "prepare",
      "upright.jpg",
      "upright.png",
      "-o",
      "same",
      "--format",
      "webp",
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /would both become "same\/upright\.webp"/);
    assert.deepEqual(await readdir(at("same")), []);
  });
});

test("of many files the bad ones are told, the rest is done, and the exit code is 1", async () => {
  const count = 200;
  const bad = { "picture-007.jpg": "no picture", "picture-100.jpg": jpeg.subarray(0, 60), "picture-199.jpg": "" };
  await mkdir(at("many"));
  await mkdir(at("done"));
  for (let i = 0; i < count; i++) {
    const name = `picture-${String(i).padStart(3, "0")}.jpg`;
    await writeFile(at(`many/${name}`), bad[name] ?? sidewaysJpeg);
  }
  const { code, stdout, stderr } = await place.run(["prepare", "many", "-o", "done", "--json"]);
  assert.equal(code, 1);
  assert.deepEqual(
    lines(stderr).map(
      (line) => /^gemini-vision: many\/(picture-\d+\.jpg): .+ \((?:unsupported|truncated)\)$/.exec(line)?.[1],
    ),
    Object.keys(bad),
    stderr,
  );
  const written = await readdir(at("done"));
  assert.equal(written.length, count - Object.keys(bad).length);
  assert.ok(!Object.keys(bad).some((name) => written.includes(name)), "nothing is written of a bad one");
  const upright = await prepare(sidewaysJpeg);
  for (const name of written) assert.deepEqual(new Uint8Array(await readFile(at(`done/${name}`))), upright.bytes);
  assert.equal(lines(stdout).length, written.length);
});
