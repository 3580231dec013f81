/** The installed command, from the outside: what it prints, where, and with which exit code. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { buildRequest, estimate, models, prepare, probe } from "gemini-vision-wasm";
import { movie, pdf, wav } from "../support/media-files.mjs";
import { lines, startCli } from "./cli-runner.mjs";
import { png, sidewaysJpeg } from "./emulator-client.mjs";

const model = "gemini-3.5-flash";

let place;
before(async () => {
  place = await startCli();
});
after(() => place.end());

describe("probe", () => {
  test("facts, readable", async () => {
    const { stdout, stderr } = await place.ok(["probe", "sideways.jpg"]);
    assert.equal(stderr, "");
    assert.match(stdout, /^sideways\.jpg\n {2}type {9}image\/jpeg\n/);
    assert.match(stdout, /stored {7}32 × 48\n {2}upright {6}48 × 32\n {2}orientation {2}6\n/);
  });

  test("facts as JSON, a line each", async () => {
    const { stdout } = await place.ok(["probe", "--json", "upright.jpg", "small.png"]);
    const [first, second] = lines(stdout).map((line) => JSON.parse(line));
    assert.deepEqual(first, { file: "upright.jpg", ...(await probe(path.join(place.folder, "upright.jpg"))) });
    assert.equal(second.mimeType, "image/png");
  });

  test("a bad file is complained of and the rest is done", async () => {
    const { code, stdout, stderr } = await place.run(["probe", "--json", "broken.jpg", "nothing.jpg", "small.png"]);
    assert.equal(code, 1);
    assert.deepEqual(
      lines(stdout).map((line) => JSON.parse(line).file),
      ["small.png"],
    );
    const [broken, nothing, ...rest] = lines(stderr);
    assert.match(broken, /^gemini-vision: broken\.jpg: .+ \(truncated\)$/);
    assert.match(nothing, /^gemini-vision: nothing\.jpg: .+ \(source-unreachable\)$/);
    assert.deepEqual(rest, []);
  });
});

describe("estimate", () => {
  test("tokens with their arithmetic, and the cost", async () => {
    const { stdout } = await place.ok(["estimate", "sideways.jpg", "-p", "Caption this image.", "--model", model]);
    const own = await estimate({ model, contents: [{ media: sidewaysJpeg }, "Caption this image."] });
    assert.match(stdout, /facts +image\/jpeg, 48 × 32 upright \(stored 32 × 48, orientation 6\)/);
    for (const { explanation } of own.parts) assert.ok(stdout.includes(explanation), explanation);
    assert.ok(stdout.includes(`${own.tokens.toLocaleString("en-US")} tokens`));
    assert.ok(stdout.includes(`$${own.cost.usd.toFixed(6)}`));
  });

  test("as JSON it is the estimate itself", async () => {
    const args = ["--json", "--media-resolution", "low", "--at", "2026-11-22", "--output-tokens", "100", "--batch"];
    const { stdout } = await place.ok(["estimate", "small.png", "-m", "gemini-3.8-flash", "-p", "hi", ...args]);
    const { file, media, ...rest } = JSON.parse(stdout);
    assert.equal(file, "small.png");
    assert.equal(media[0].width, 48);
    const ask = { model: "gemini-3.8-flash", contents: [{ media: png }, "hi"], config: { mediaResolution: "low" } };
    const own = await estimate(ask, { at: "2026-11-22", outputTokens: 100, batch: true });
    assert.deepEqual(rest, JSON.parse(JSON.stringify(own)));
  });

  test("the basis is a choice", async () => {
    const tokens = async (basis) => {
      const { stdout } = await place.ok([
        "estimate",
        "small.png",
        "-m",
        "gemini-1.5-flash",
        "--json",
        "--basis",
        basis,
      ]);
      return JSON.parse(stdout);
    };
    const ask = { model: "gemini-1.5-flash", contents: { media: png } };
    for (const basis of ["observed", "documented"]) {
      assert.equal((await tokens(basis)).tokens, (await estimate(ask, { basis })).tokens);
    }
  });

  test("that Gemini does not take a file is said beside the table too", async () => {
    const file = path.join(place.folder, "dot.gif");
    await writeFile(file, Buffer.from("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=", "base64"));
    for (const args of [[], ["-m", model]]) {
      const { stdout, stderr } = await place.run(["estimate", file, ...args]);
      assert.match(stdout + stderr, /warning.*does not take image\/gif.*\(unsupported\)/);
    }
  });

  test("without a model all current ones are compared", async () => {
    const { stdout } = await place.ok(["estimate", "small.png"]);
    assert.match(stdout, /\n {2}model +tokens +USD +USD for 1,000\n/);
    assert.match(stdout, /\n {2}gemini-3\.5-flash +[\d,]+ +\$0\.\d{6}/);
    assert.doesNotMatch(stdout, /gemini-1\.5/);
  });

  test("several files are several requests, unless they are one", async () => {
    const args = ["estimate", "upright.jpg", "small.png", "-m", model, "--json"];
    const single = lines((await place.ok(args)).stdout).map((line) => JSON.parse(line).tokens);
    const together = lines((await place.ok([...args, "--together"])).stdout).map((line) => JSON.parse(line));
    assert.equal(single.length, 2);
    assert.deepEqual(
      together.map(({ tokens }) => tokens),
      [single[0] + single[1]],
    );
  });

  test("an unknown model names its neighbour", async () => {
    const { code, stderr } = await place.run(["estimate", "small.png", "-m", "gemini-3.5-flsh"]);
    assert.equal(code, 1);
    assert.match(stderr, /^gemini-vision: small\.png: .*"gemini-3\.5-flash".* \(unknown-model\)\n$/);
  });
});

test("compare takes the models it is given", async () => {
  const ids = ["gemini-2.0-flash", "gemini-1.5-pro"];
  const { stdout } = await place.ok(["compare", "small.png", "--models", ids.join(","), "--json"]);
  assert.deepEqual(
    JSON.parse(stdout).estimates.map((row) => row.model),
    ids,
  );
});

describe("request", () => {
  test("the body on stdout is the one the package builds", async () => {
    const { stdout } = await place.ok(["request", "sideways.jpg", "-m", model, "-p", "hi"]);
    const media = await prepare(path.join(place.folder, "sideways.jpg"));
    const { body } = await buildRequest({ model, contents: [media, "hi"] });
    assert.equal(stdout, `${Buffer.from(body)}\n`);
  });

  test("a file gets the body, stdout a word about it", async () => {
    const { stdout } = await place.ok(["request", "small.png", "-m", model, "-o", "body.json", "--json"]);
    const body = await readFile(path.join(place.folder, "body.json"));
    assert.deepEqual(JSON.parse(stdout), {
      output: "body.json",
      path: `models/${model}:generateContent`,
      byteLength: body.length,
    });
    assert.equal(JSON.parse(body).contents[0].parts[0].inlineData.mimeType, "image/png");
  });

  test("payloads can be folded for reading", async () => {
    const { stdout } = await place.ok(["request", "upright.jpg", "-m", model, "--fold"]);
    const { data } = JSON.parse(stdout).contents[0].parts[0].inlineData;
    assert.match(data, /^.{24}… \([\d,]+ characters of base64\)$/);
  });

  test("one bad file leaves no request", async () => {
    const { code, stdout } = await place.run(["request", "small.png", "broken.jpg", "-m", model]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
  });
});

describe("prepare", () => {
  test("a sideways picture comes out upright, with a word on what was done", async () => {
    const { stdout } = await place.ok(["prepare", "sideways.jpg", "-o", "turned.jpg"]);
    const info = await probe(path.join(place.folder, "turned.jpg"));
    assert.deepEqual([info.width, info.height, info.orientation], [48, 32, 1]);
    assert.match(stdout, /change +\S/);
  });

  test("a source is never overwritten", async () => {
    const { code, stderr } = await place.run(["prepare", "sideways.jpg", "-o", "./sideways.jpg"]);
    assert.equal(code, 2);
    assert.match(stderr, /would be overwritten/);
    assert.deepEqual(await readFile(path.join(place.folder, "sideways.jpg")), sidewaysJpeg);
  });
});

describe("ask", () => {
  test("the answer, the usage and the cost", async () => {
    const { stdout, stderr } = await place.ok(["ask", "sideways.jpg", "-m", model, "-p", "Caption this image."]);
    assert.match(stdout, /^This is the local emulator of gemini-vision-wasm; no model has seen this\./);
    assert.match(stdout, /image\/jpeg 48×32 of/);
    assert.doesNotMatch(stdout, /sideways: part/);
    assert.match(stdout, /\nusage +[\d,]+ prompt \([\d,]+ image, \d+ text\) \+ [\d,]+ answer = [\d,]+ tokens\n/);
    assert.match(stdout, /\ncost +\$0\.\d{6} = /);
    assert.equal(stderr, "");
  });

  test("as JSON: the whole response", async () => {
    const env = { ...place.env, GEMINI_BASE_URL: "http://127.0.0.1:9" };
    const { stdout } = await place.ok(
      ["ask", "small.png", "-m", model, "--json", "--base-url", place.emulator.url],
      env,
    );
    const answer = JSON.parse(stdout);
    assert.match(answer.text, /image\/png 48×32/);
    assert.ok(answer.usageMetadata.promptTokenCount > 0 && answer.cost.usd > 0);
  });

  test("a refusal is one line and exit code 1", async () => {
    const { code, stdout, stderr } = await place.run(["ask", "small.png", "-m", model], {
      ...place.env,
      GEMINI_API_KEY: "bad-secret",
    });
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^gemini-vision: gemini-3\.5-flash: .*API key not valid.* \(api-error\)\n$/);
    assert.doesNotMatch(stderr, /bad-secret/);
  });

  test("without a key it says where one belongs", async () => {
    const { code, stderr } = await place.run(["ask", "small.png", "-m", model], { PATH: place.env.PATH });
    assert.equal(code, 2);
    assert.match(stderr, /GEMINI_API_KEY/);
  });
});

describe("models", () => {
  test("current ones with prices; the gone ones on demand", async () => {
    const { stdout } = await place.ok(["models", "--at", "2026-11-22"]);
    assert.match(stdout, /^model +rules +in USD +out USD +window\n/);
    assert.match(stdout, /\ngemini-3\.8-flash +gemini-3 +0\.75 +3\.75 +1,048,576/);
    assert.doesNotMatch(stdout, /gemini-1\.5/);
    const all = lines((await place.ok(["models", "--all", "--json"])).stdout).map((line) => JSON.parse(line).id);
    assert.deepEqual(
      all,
      models.list().map(({ id }) => id),
    );
  });
});

describe("films, sounds and documents", () => {
  test("an estimate of each", async () => {
    await writeFile(
      path.join(place.folder, "paper.pdf"),
      pdf([
        [595, 842],
        [612, 792],
      ]),
    );
    await writeFile(path.join(place.folder, "clip.mp4"), movie({ seconds: 10, width: 1280, height: 720 }));
    const { stdout } = await place.ok(["estimate", "paper.pdf", "clip.mp4", "-m", model, "--json"]);
    const [paper, clip] = lines(stdout).map((line) => JSON.parse(line));
    assert.equal(paper.tokens, 532 + 520);
    assert.equal(clip.tokens, 660);
    const table = await place.ok(["estimate", "paper.pdf", "clip.mp4"]);
    assert.match(table.stdout, /paper\.pdf\n {2}application\/pdf, 2 pages of several sizes/);
    assert.match(table.stdout, /clip\.mp4\n {2}video\/mp4, 1,280 × 720, 10 s, 25 frames a second, silent/);
  });

  test("by the File API, and how many more would fit", async () => {
    const one = await place.ok(["estimate", "clip.mp4", "-m", model, "--via", "files"]);
    assert.match(one.stdout, /total +640 tokens/);
    const room = ((1_048_576 - 640) / 640) | 0;
    assert.match(one.stdout, new RegExp(`room +for ${room.toLocaleString("en-US")} more such films\\n`));
    const both = await place.ok(["estimate", "paper.pdf", "clip.mp4", "-m", model, "--together"]);
    assert.match(both.stdout, /room +for \d+ more such documents\n +room +for [\d,]+ more such films\n/);
    assert.equal((await place.run(["estimate", "clip.mp4", "--via", "pigeon"])).code, 2);
  });

  test("what a film does not tell is no part of its cost, and that is said", async () => {
    await writeFile(path.join(place.folder, "endless.mp4"), movie({ seconds: 0, width: 64, height: 48 }));
    const one = await place.ok(["estimate", "endless.mp4", "-m", model, "-p", "hi"]);
    assert.match(one.stdout, /\n {2}video +\? tokens {2}unknown: the file does not tell how long it lasts/);
    assert.match(one.stdout, /\n {2}cost +at least \$0\.\d{6} for the prompt/);
    const all = await place.ok(["estimate", "endless.mp4", "-p", "hi"]);
    assert.match(all.stdout, /\n {2}gemini-3\.5-flash +≥ 1 +≥ \$0\.\d{6} +≥ \$0\.\d{3} {2}without what is unknown/);
  });

  test("facts, readable", async () => {
    const [paper, clip] = [await place.ok(["probe", "paper.pdf"]), await place.ok(["probe", "clip.mp4"])];
    assert.match(paper.stdout, /pages {8}2\n/);
    assert.match(clip.stdout, /seconds {6}10\n {2}frames {7}25 a second\n {2}pictures {5}h264\n {2}sound {8}none\n/);
    const { stdout } = await place.ok(["probe", "paper.pdf", "clip.mp4"]);
    assert.match(stdout, /\npaper\.pdf .* 2 pages\nclip\.mp4 .* 10 s\n$/);
  });

  test("sound has no size", async () => {
    await writeFile(path.join(place.folder, "sound.wav"), wav({ seconds: 2 }));
    const { stdout } = await place.ok(["probe", "sound.wav", "clip.mp4"]);
    assert.match(stdout, /\nsound\.wav +audio\/wav +[\d,]+ +none +2 s\n/);
  });

  test("a file's warning is given once", async () => {
    const whole = pdf([[595, 842]]);
    await writeFile(path.join(place.folder, "cut.pdf"), whole.subarray(0, whole.lastIndexOf("startxref")));
    const { stdout } = await place.ok(["estimate", "cut.pdf", "-m", model]);
    assert.equal(stdout.match(/\(repaired\)/g)?.length, 1);
  });
});

describe("ask --detect", () => {
  const drawing = () => path.join(place.folder, "boxes.svg");

  test("a drawing of what was found, as large as the upright picture", async () => {
    const { stdout } = await place.ok(["ask", "--detect", "cats", "sideways.jpg", "-o", drawing()]);
    assert.match(stdout, /^1 found → .*boxes\.svg\n {2}emulated: the middle {2}box 12, 8, 24, 16\n$/);
    const svg = await readFile(drawing(), "utf8");
    assert.match(svg, /viewBox="0 0 48 32"/);
    assert.match(svg, /<rect x="12" y="8" width="24" height="16"\/>/);
    const sent = svg.match(/<image href="data:image\/jpeg;base64,([^"]*)" width="48" height="32"\/>/)[1];
    assert.deepEqual(
      (await probe(Buffer.from(sent, "base64"))).orientation,
      1,
      "the picture behind it is the upright one",
    );
  });

  const kinds = {
    points: [/point 24, 16\n/, /<circle cx="24" cy="16"/],
    polygons: [/polygon of 4 corners\n/, /<polygon points="24,8 36,16 24,24 12,16"/],
    masks: [/mask\n/, /<path d="M/],
    boxes3d: [/box in space at 0, 2, 0\n/, /<svg/],
  };
  for (const [kind, [said, drawn]] of Object.entries(kinds)) {
    test(`${kind}, said and drawn`, async () => {
      const args = [
        "ask",
        "--detect",
        "cats",
        "--kind",
        kind,
        "sideways.jpg",
        "-m",
        "gemini-2.5-flash",
        "-o",
        drawing(),
        "--force",
      ];
      const { stdout } = await place.ok(args);
      assert.match(stdout, said);
      assert.match(await readFile(drawing(), "utf8"), drawn);
    });
  }

  test("a model that makes no masks is warned of", async () => {
    const { stderr } = await place.run(["ask", "--detect", "cats", "--kind", "masks", "sideways.jpg"]);
    assert.match(stderr, /warning: .*--kind polygons.*\(masks-unsupported\)/);
  });

  test("COCO and JSON", async () => {
    const coco = path.join(place.folder, "boxes.json");
    const { stdout } = await place.ok(["ask", "--detect", "cats", "sideways.jpg", "-m", model, "-o", coco, "--json"]);
    assert.deepEqual(JSON.parse(stdout).detections[0].box, { x: 12, y: 8, width: 24, height: 16 });
    assert.deepEqual(JSON.parse(await readFile(coco, "utf8")).annotations[0].bbox, [12, 8, 24, 16]);
  });

  test("what makes no sense", async () => {
    const refused = async (...args) => (await place.run(["ask", "--detect", "cats", ...args])).code;
    assert.equal(await refused(), 2);
    assert.equal(await refused("upright.jpg", "small.png"), 2);
    assert.equal(await refused("upright.jpg", "-o", "boxes.txt"), 2);
    assert.equal(await refused("upright.jpg", "--kind", "circles"), 2);
    assert.equal(await refused("upright.jpg", "--stream"), 2);
  });
});
