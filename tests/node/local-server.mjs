/** A small HTTP server for one test: answers as it is told to, and remembers what was asked. */
import { createServer } from "node:http";

/**
 * @param {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse,
 *          body: Buffer, number: number) => unknown} answer `number` counts from 1
 */
export async function serve(answer) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const record = { method: request.method, path: request.url, headers: request.headers, body: undefined };
    const number = requests.push(record);
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // the other side went away
    }
    record.body = Buffer.concat(chunks);
    await answer(request, response, record.body, number);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { url, requests, close };
}

/** The same, closed when the test ends. */
export async function serveFor(t, answer) {
  const server = await serve(answer);
  t.after(server.close);
  return server;
}

/**
 * Answers with a file, by ranges where `ranges` says so, and counts the bytes sent.
 *
 * @param {{ ranges?: boolean | "without-length" | "first-only", type?: string }} [options]
 */
export function fileAnswer(bytes, { ranges = false, type = "application/octet-stream" } = {}) {
  const sent = { bytes: 0 };
  const answer = (request, response, _body, number) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    const partial = range !== null && ranges !== false && !(ranges === "first-only" && number > 1);
    const [from, to] = partial ? [Number(range[1]), Number(range[2]) + 1] : [0, bytes.length];
    const part = bytes.subarray(from, to);
    if (partial && from >= bytes.length) return response.writeHead(416).end();
    sent.bytes += part.length;
    const told = { "content-range": `bytes ${from}-${from + part.length - 1}/${bytes.length}` };
    response.writeHead(partial ? 206 : 200, {
      "content-type": type,
      ...(partial && ranges !== "without-length" && told),
    });
    return response.end(part);
  };
  return { answer, sent };
}

/** A port on which nobody listens. */
export async function closedPort() {
  const { url, close } = await serve(() => {});
  await close();
  return url;
}
