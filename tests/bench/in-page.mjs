/** What runs in the page: our inner calls beside the browser's own ways to do the same. */

import { buildRequest, PreparedMedia, prepare } from "../dist/index.js";
import { withPicture } from "../dist/wasm/codec.js";
import { base64Length, withCore } from "../dist/wasm/core.js";
import { race } from "./measure.mjs";

const options = { rounds: 9 };
const choices = { maxPixels: 1e9, name: "bench" };

async function photo() {
  return new Uint8Array(await (await fetch("photo.jpg")).arrayBuffer());
}

async function decoding(bytes) {
  const blob = new Blob([bytes], { type: "image/jpeg" });
  const builtIn = async () => {
    const bitmap = await createImageBitmap(blob);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height).data.length;
  };
  const ours = () => withPicture(bytes, choices, (picture) => picture.width);
  return race({ ours, peers: { "createImageBitmap + canvas + getImageData": builtIn } }, options);
}

/** Of pixels that are where each encoder wants them; only the encoding is timed. */
async function encoding(bytes) {
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(bitmap, 0, 0);
  const times = { ours: [], theirs: [] };
  for (let round = -2; round < options.rounds; round++) {
    const ours = await withPicture(bytes, choices, (picture) => {
      const start = performance.now();
      picture.encode("jpeg", 85);
      return performance.now() - start;
    });
    const start = performance.now();
    await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
    const theirs = performance.now() - start;
    if (round < 0) continue;
    times.ours.push(ours);
    times.theirs.push(theirs);
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return { ours: median(times.ours), peers: { "canvas.toBlob": median(times.theirs) } };
}

function megabytes(count) {
  const bytes = new Uint8Array(count * 1e6);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 2654435761) >>> 13;
  return bytes;
}

function base64() {
  const bytes = megabytes(15);
  const output = new Uint8Array(base64Length(bytes.length));
  const builtIn = () =>
    new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(new TextEncoder().encode(reader.result));
      reader.readAsDataURL(new Blob([bytes]));
    });
  const ours = () => withCore((core) => core.encodeBase64(bytes, output, 0));
  return race({ ours, peers: { "FileReader.readAsDataURL": builtIn } }, options);
}

async function body(bytes) {
  const media = megabytes(15);
  const { info } = await prepare(bytes, { upright: false, stripMetadata: false });
  const picture = new PreparedMedia({ source: info, info, bytes: media, changes: [], warnings: [] });
  const builtIn = async () => {
    const url = await new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsDataURL(new Blob([media]));
    });
    const inlineData = { mimeType: "image/jpeg", data: url.slice(url.indexOf(",") + 1) };
    return new TextEncoder().encode(JSON.stringify({ contents: [{ role: "user", parts: [{ inlineData }] }] }));
  };
  const ours = () => buildRequest({ model: "gemini-3.5-flash", contents: picture });
  return race({ ours, peers: { "base64 + JSON.stringify + TextEncoder": builtIn } }, options);
}

export async function runAll() {
  const bytes = await photo();
  return [
    { job: "decode 12 MP JPEG to RGBA in the heap", result: await decoding(bytes) },
    { job: "encode 12 MP JPEG", result: await encoding(bytes) },
    { job: "base64 of 15 MB, bytes to bytes", result: await base64() },
    { job: "15 MB of pictures → body bytes", result: await body(bytes) },
  ];
}
