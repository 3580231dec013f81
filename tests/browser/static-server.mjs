/** A plain file server, as any host is one: folders under prefixes, no API, 404 for the rest. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".jpg": "image/jpeg",
  ".png": "image/png",
};

/**
 * @param {Record<string, string>} folders by prefix, such as { "/demo/": "/path/to/files" }
 * @param {Record<string, string>} pages texts by address, such as { "/index.html": "<!doctype html>…" }
 * @param {Record<string, string>} headers sent with everything
 */
export async function serveFiles({ folders = {}, pages = {}, headers = {} }) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://host/");
    const wanted = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
    const content = pages[wanted] ?? (await fileOf(wanted, folders));
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const type = content === undefined ? "text/plain" : (types[path.extname(wanted)] ?? "application/octet-stream");
    response.writeHead(content === undefined ? 404 : 200, { "Content-Type": type });
    response.end(request.method === "HEAD" ? undefined : content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function fileOf(wanted, folders) {
  const prefix = Object.keys(folders).find((one) => wanted.startsWith(one));
  if (prefix === undefined) return undefined;
  return readFile(path.join(folders[prefix], wanted.slice(prefix.length))).catch(() => undefined);
}
