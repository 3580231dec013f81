/** How the tests talk to the emulator: plain requests, and pictures made for them. */
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { buildExif, encodeJpeg, encodePng, exifSegment, scene, storedAs } from "../../tools/samples.mjs";

export const model = "gemini-3.5-flash";
export const generatePath = `/v1beta/models/${model}:generateContent`;
export const countPath = `/v1beta/models/${model}:countTokens`;

/** A fetch of an API path with a good key; `body` may be a value (sent as JSON), text, bytes or a stream. */
export async function call(url, path, body, { method, headers } = {}) {
  const raw = typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
  const response = await fetch(url + path, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: { "x-goog-api-key": "test-key", "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: raw ? body : JSON.stringify(body), duplex: "half" }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text === "" ? undefined : JSON.parse(text) };
}

/** A request as it is written, without fetch's tidying of paths; resolves with the head and the text of the answer. */
export function rawCall(url, { path, method = "GET", headers = {}, send }) {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { path, method, headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        request.destroy();
        resolve({ status: response.statusCode, headers: response.headers, text });
      });
    });
    request.on("error", reject);
    if (send) send(request);
    else request.end();
  });
}

const picture = scene(48, 32);

export const jpeg = Buffer.from(encodeJpeg(picture));
export const png = Buffer.from(encodePng(picture, { colorType: 2 }));
export const sidewaysJpeg = Buffer.from(
  encodeJpeg(storedAs(6, picture), { segments: [exifSegment(buildExif({ orientation: 6 }))] }),
);
/** A header alone: the service's type is known, but nothing can be read of it. */
export const riffWebp = Buffer.concat([Buffer.from("RIFF\x04\0\0\0WEBP", "latin1"), Buffer.alloc(4)]);

export const media = (mimeType, bytes) => ({ inlineData: { mimeType, data: Buffer.from(bytes).toString("base64") } });
export const user = (...parts) => ({ contents: [{ role: "user", parts }] });
export const textOf = (json) => json.candidates[0].content.parts[0].text;

/** `message` is the whole of it, or a pattern. */
export function assertRefusal(answer, status, word, message) {
  assert.equal(answer.status, status, answer.text);
  const { error } = answer.json;
  assert.equal(error.code, status);
  assert.equal(error.status, word);
  if (message instanceof RegExp) assert.match(error.message, message);
  else assert.equal(error.message, message);
}
