/** The installed command on many files: folders, patterns, failures among them, and what it writes. */
import assert from "node:assert/strict";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { lines, startCli } from "./cli-runner.mjs";
import { jpeg, png, sidewaysJpeg } from "./emulator-client.mjs";
import { fileAnswer, serveFor } from "./local-server.mjs";

let place;
before(async () => {
  place = await startCli();
  await mkdir(path.join(place.folder, "album/deep/.hidden"), { recursive: true });
  await mkdir(path.join(place.folder, "empty"));
  for (const [name, bytes] of Object.entries({
    "album/b.jpg": jpeg,
    "album/a.png": png,
    "album/notes.txt": "no picture",
    "album/deep/c.jpg": sidewaysJpeg,
    "album/deep/.hidden/d.jpg": jpeg,
    "album/[x].jpg": jpeg,
  })) {
    await writeFile(path.join(place.folder, name), bytes);
  }
});
after(() => place.end());

const filesOf = ({ stdout }) => lines(stdout).map((line) => JSON.parse(line).file);

describe("what stands for several files", () => {
  test("a folder: its pictures and those below, without the hidden ones", async () => {
    const found = filesOf(await place.ok(["probe", "--json", "album"]));
    assert.deepEqual(found, ["album/[x].jpg", "album/a.png", "album/b.jpg", "album/deep/c.jpg"]);
  });

  test("patterns that the shell left alone", async () => {
    const found = async (pattern) => filesOf(await place.ok(["probe", "--json", pattern]));
    assert.deepEqual(await found("album/*.jpg"), ["album/[x].jpg", "album/b.jpg"]);
    assert.deepEqual(await found("album/**/*.jpg"), ["album/[x].jpg", "album/b.jpg", "album/deep/c.jpg"]);
    assert.deepEqual(await found("album/?.png"), ["album/a.png"]);
    assert.deepEqual(await found(path.join(place.folder, "album/deep/*")), [
      path.join(place.folder, "album/deep/c.jpg"),
    ]);
    assert.deepEqual(await found("album/[x].jpg"), ["album/[x].jpg"], "a file's own name is no pattern");
  });

  test("an address stands for itself, with a query or without", async (t) => {
    const { url, requests } = await serveFor(t, fileAnswer(jpeg, { type: "image/jpeg" }).answer);
    const signed = `${url}/in.jpg?signature=a*b/c`;
    assert.deepEqual(filesOf(await place.ok(["probe", "--json", signed, `${url}/in.jpg`])), [signed, `${url}/in.jpg`]);
    assert.equal(requests[0].path, "/in.jpg?signature=a*b/c");
    const local = `${pathToFileURL(path.join(place.folder, "upright.jpg"))}?x=1`;
    const inline = `data:image/jpeg;x=*?;base64,${jpeg.toString("base64")}`;
    assert.deepEqual(filesOf(await place.ok(["probe", "--json", local, inline])), [local, inline]);
  });

  test("results are named by an address without its query, where its signature stands", async (t) => {
    const { url } = await serveFor(t, fileAnswer(sidewaysJpeg, { type: "image/jpeg" }).answer);
    const signed = `${url}/in.jpg?signature=a/secret`;
    await mkdir(path.join(place.folder, "fetched"));
    await place.ok(["prepare", signed, "-o", "fetched"]);
    assert.deepEqual(await readdir(path.join(place.folder, "fetched")), ["in.jpg"]);
    await place.ok(["ask", signed, "--detect", "cats", "-o", "fetched.json"]);
    const { images } = JSON.parse(await readFile(path.join(place.folder, "fetched.json"), "utf8"));
    assert.equal(images[0].file_name, "in.jpg");
    const uploaded = JSON.parse((await place.ok(["files", "upload", signed, "--json"])).stdout);
    assert.equal(uploaded.displayName, "in.jpg");
  });

  test("nothing to find is wrong usage", async () => {
    for (const operand of ["album/*.webp", "empty"]) {
      const { code, stdout } = await place.run(["probe", operand]);
      assert.deepEqual([code, stdout], [2, ""]);
    }
  });
});

describe("a table", () => {
  test("a line a file; what fails is said once, with its name once, and the rest is done", async () => {
    const { code, stdout, stderr } = await place.run(["probe", "album", "broken.jpg", "album/notes.txt"]);
    assert.equal(code, 1);
    const [head, ...rows] = lines(stdout);
    assert.match(head, /^file +type +bytes +upright +turn +metadata/);
    assert.equal(rows.length, 4);
    assert.match(rows[3], /^album\/deep\/c\.jpg +image\/jpeg +[\d,]+ +48 × 32 +6 +exif$/);
    assert.deepEqual(
      lines(stderr).map((line) => line.split(": ").slice(0, 2).join(": ")),
      ["gemini-vision: broken.jpg", "gemini-vision: album/notes.txt"],
    );
    for (const line of lines(stderr)) assert.match(line, /^gemini-vision: (\S+): (?!.*\1)/);
  });
});

describe("prepare writes whole files and overwrites none", () => {
  test("a folder of them", async () => {
    await mkdir(path.join(place.folder, "out"));
    await place.ok(["prepare", "album", "-o", "out"]);
    assert.deepEqual((await readdir(path.join(place.folder, "out"))).sort(), ["[x].jpg", "a.png", "b.jpg", "c.jpg"]);
  });

  test("no result takes the place of a source or of another result, even with --force", async () => {
    for (const name of ["one", "two"]) {
      await mkdir(path.join(place.folder, name), { recursive: true });
      await copyFile(path.join(place.folder, "sideways.jpg"), path.join(place.folder, name, "same.jpg"));
    }
    await mkdir(path.join(place.folder, "results"), { recursive: true });
    const before = await readFile(path.join(place.folder, "two/same.jpg"));
    const onto = await place.run(["prepare", "one/same.jpg", "two/same.jpg", "-o", "two", "--force"]);
    assert.equal(onto.code, 2);
    assert.match(onto.stderr, /is a source and would be overwritten/);
    const { href } = pathToFileURL(path.join(place.folder, "two/same.jpg"));
    const byAddress = await place.run(["prepare", href, "-o", "two/same.jpg", "--force"]);
    assert.equal(byAddress.code, 2);
    assert.deepEqual(await readFile(path.join(place.folder, "two/same.jpg")), before);
    const both = await place.run(["prepare", "one/same.jpg", "two/same.jpg", "-o", "results", "--force"]);
    assert.equal(both.code, 2);
    assert.match(both.stderr, /would both become/);
    assert.deepEqual(await readdir(path.join(place.folder, "results")), []);
  });

  test("what is there already stays, unless --force says otherwise", async () => {
    const target = path.join(place.folder, "there.jpg");
    await writeFile(target, "mine");
    const { code, stderr } = await place.run(["prepare", "sideways.jpg", "-o", "there.jpg"]);
    assert.equal(code, 1);
    assert.match(stderr, /there already; --force overwrites it/);
    assert.equal(await readFile(target, "utf8"), "mine");
    await place.ok(["prepare", "sideways.jpg", "-o", "there.jpg", "--force"]);
    assert.equal((await readFile(target))[0], 0xff);
    const left = (await readdir(place.folder)).filter((name) => name.startsWith(".there"));
    assert.deepEqual(left, [], "nothing half written is left behind");
  });
});

describe("files upload", () => {
  test("folders and patterns, a file each", async () => {
    const uploaded = async (...operands) => {
      const { stdout } = await place.ok(["files", "upload", "--json", ...operands]);
      return lines(stdout).map((line) => JSON.parse(line).displayName);
    };
    assert.deepEqual(await uploaded("album", "upright.jpg"), ["[x].jpg", "a.png", "b.jpg", "c.jpg", "upright.jpg"]);
    assert.deepEqual(await uploaded("album/*.png"), ["a.png"]);
    for (const nothing of ["empty", "album/*.webp"]) {
      assert.equal((await place.run(["files", "upload", nothing])).code, 2, nothing);
    }
  });

  test("each that fails is told, and the rest is done", async () => {
    await writeFile(path.join(place.folder, "void.png"), "");
    const { code, stdout, stderr } = await place.run(["files", "upload", "nothing.jpg", "void.png", "album/a.png"]);
    assert.equal(code, 1);
    assert.match(stdout, /^album\/a\.png: files\/\S+ /);
    assert.deepEqual(
      lines(stderr).map((line) => line.split(": ")[1]),
      ["nothing.jpg", "void.png"],
    );
  });
});
