/** A server below HTTP: it sees requests as they are written, and answers with bytes as a test dictates them. */
import { STATUS_CODES } from "node:http";
import { createServer } from "node:net";

/**
 * `answer({ method, path, headers, body, number, text }, socket)` is called for each whole request; what it returns is
 * written, `undefined` leaves the connection alone.
 */
export async function startRawServer(answer) {
  const requests = [];
  const sockets = new Set();
  const closed = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      closed.push(socket);
      for (const waiter of closed.waiters?.splice(0) ?? []) waiter();
    });
    socket.on("data", async (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (let parsed = parse(pending); parsed !== undefined; parsed = parse(pending)) {
        pending = pending.subarray(parsed.length);
        const request = { ...parsed.request, number: requests.length + 1 };
        requests.push(request);
        const bytesOut = await answer(request, socket);
        if (bytesOut !== undefined && !socket.destroyed) socket.write(bytesOut);
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    /** Resolves when some client has left. */
    async clientLeft() {
      if (closed.length > 0) return;
      closed.waiters ??= [];
      await new Promise((resolve) => closed.waiters.push(resolve));
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function parse(bytes) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first, ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const [method, path] = first.split(" ");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const length = end + 4 + Number(headers["content-length"] ?? 0);
  if (bytes.length < length) return undefined;
  const body = bytes.subarray(end + 4, length);
  return { length, request: { method, path, headers, body, text: body.toString() } };
}

/** An HTTP/1.1 answer as bytes; `headers` undefined takes one away. */
export function http(status, body, headers = {}) {
  const bytes = Buffer.from(typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body));
  const all = { "Content-Type": "application/json; charset=UTF-8", "Content-Length": bytes.length, ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "X"}\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1"),
    bytes,
  ]);
}

/** The head of an answer that ends with its connection. */
export const streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

export const answerOf = (text, finishReason = "STOP") => ({
  candidates: [{ content: { role: "model", parts: [{ text }] }, ...(finishReason && { finishReason }), index: 0 }],
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
  modelVersion: "gemini-3.5-flash",
});
