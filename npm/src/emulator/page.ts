/** Files of a built page, under a policy as strict as the page is meant to run under elsewhere. */

import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { pipeline } from "node:stream/promises";

const mimeTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/vnd.microsoft.icon",
  ".txt": "text/plain; charset=utf-8",
};

/** The policy, and a name by which a page knows that the API is beside it. */
const headers: Readonly<Record<string, string>> = {
  Server: "gemini-vision-wasm-emulator",
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self' https://generativelanguage.googleapis.com",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-cache",
};

/** A script's own policy counts only where it is a worker. Workers know no key, and may fetch what a person names. */
const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src *";

/** Serves GET and HEAD of a file in `directory`; everything else, and everything outside of it, is 404. */
export async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  directory: string,
): Promise<void> {
  const file = await findFile(pathname, directory);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (file === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
    response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" }).end("Not found\n");
    return;
  }
  const type = mimeTypes[path.extname(file.path).toLowerCase()] ?? "application/octet-stream";
  if (/^text\/javascript/.test(type)) response.setHeader("Content-Security-Policy", workerPolicy);
  response.writeHead(200, { "Content-Type": type, "Content-Length": file.size });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  // A reader who leaves half way is no fault of the file's.
  await pipeline(createReadStream(file.path), response).catch(() => response.destroy());
}

/** Links are resolved before the check, so that none leads out of the directory. */
async function findFile(pathname: string, directory: string): Promise<{ path: string; size: number } | undefined> {
  try {
    const wanted = decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    const root = await realpath(directory);
    const file = await realpath(path.join(root, wanted));
    const status = await stat(file);
    return file.startsWith(root + path.sep) && status.isFile() ? { path: file, size: status.size } : undefined;
  } catch {
    return undefined; // not there, not readable, or no valid path
  }
}
