/** A strict local Gemini API, for tests and for the page without a key. It binds to this machine only, unless told otherwise. */

import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "../errors.js";
import { servePage } from "./page.js";
import { isApiPath, serveApi } from "./routes.js";

export interface EmulatorOptions {
  /** Default 0: any free one. */
  port?: number;
  /** Default "127.0.0.1". */
  host?: string;
  /** A built page to serve at "/". */
  pageDirectory?: string;
  /** The only good keys. Default: every key is good but those that begin with "bad". */
  apiKeys?: readonly string[];
}

export interface Emulator {
  /** "http://127.0.0.1:49152", without a slash at the end. */
  readonly url: string;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** @throws InputError `bad-argument` when the address cannot be listened on or the page's directory is not there */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1", pageDirectory, apiKeys } = options;
  if (pageDirectory !== undefined) await requireDirectory(pageDirectory);
  const server = createServer((request, response) => {
    void route(request, response, pageDirectory, apiKeys);
  });
  await listen(server, port, host);
  return {
    url: addressOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  pageDirectory: string | undefined,
  apiKeys: readonly string[] | undefined,
): Promise<void> {
  const url = parseTarget(request.url ?? "/");
  if (url !== undefined && pageDirectory !== undefined && !isApiPath(url.pathname)) {
    return servePage(request, response, url.pathname, pageDirectory);
  }
  return serveApi(request, response, url ?? new URL("http://emulator/"), apiKeys);
}

async function requireDirectory(directory: string): Promise<void> {
  const status = await stat(directory).catch(() => undefined);
  if (status?.isDirectory() !== true) throw new InputError("bad-argument", `There is no directory "${directory}".`);
}

/** undefined for a request line that is no address. */
function parseTarget(target: string): URL | undefined {
  try {
    return new URL(`http://emulator${target.startsWith("/") ? "" : "/"}${target}`);
  } catch {
    return undefined;
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      const message = `The emulator cannot listen on ${host}, port ${port}: ${cause.message}`;
      reject(new InputError("bad-argument", message, { cause }));
    };
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
