/**
 * A strict local Gemini API, for tests and for the page without a key. It binds to this machine only, unless told otherwise.
 *
 * @module gemini-vision-wasm/emulator
 */

import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "../errors.js";
import { generate } from "./answer.js";
import { Batches } from "./batches.js";
import { EmulatorClock } from "./clock.js";
import { type Fault, Faults, type InjectedFault } from "./faults.js";
import { FileStore } from "./files.js";
import { defaultGranularityBytes } from "./limits.js";
import { servePage } from "./page.js";
import { Quota } from "./quota.js";
import type { Message } from "./read-message.js";
import { receive } from "./received.js";
import type { LoggedRequest } from "./request-log.js";
import { isApiPath } from "./routes.js";
import { serveApi } from "./serve-api.js";
import type { State } from "./state.js";
import { Uploads } from "./uploads.js";

export type { EmulatorClock } from "./clock.js";
export type { EmulatorCall, Fault, FaultKind, InjectedFault } from "./faults.js";
export type { LoggedRequest } from "./request-log.js";

export interface EmulatorOptions {
  /** Default 0: any free one. */
  port?: number;
  /** Default "127.0.0.1". */
  host?: string;
  /** A built page to serve at "/". */
  pageDirectory?: string;
  /** The only good keys. Default: every key is good but those that begin with "bad". */
  apiKeys?: readonly string[];
  /** For how long a video, a sound or a document is PROCESSING, by the emulator's clock. Default 500. */
  processingMs?: number;
  /** For how long a batch is under way, by the emulator's clock. Default 500. */
  batchMs?: number;
  /** What pieces of an upload are multiples of. Default 8 MiB. */
  uploadGranularityBytes?: number;
  /** For each key and model. Default: no limit. */
  requestsPerMinute?: number;
  requestsPerDay?: number;
}

export interface Emulator {
  /** "http://127.0.0.1:49152", without a slash at the end. */
  readonly url: string;
  /** Files expire, batches end and quotas renew by it; `advance(48 * 3600e3)` spares the wait. */
  readonly clock: EmulatorClock;
  /** Every API request so far, oldest first. Keys are not kept. */
  readonly requests: readonly LoggedRequest[];
  /** Names of the files that are there. */
  readonly fileNames: readonly string[];
  /** Makes a call to come fail, in one of many ways. */
  inject(fault: Fault): InjectedFault;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** @throws InputError `bad-argument` when the address cannot be listened on or the page's directory is not there */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1", pageDirectory } = options;
  if (pageDirectory !== undefined) await requireDirectory(pageDirectory);
  const state = newState(options);
  const server = createServer((request, response) => {
    void route(state, request, response, pageDirectory);
  });
  await listen(server, port, host);
  return {
    url: addressOf(server),
    clock: state.clock,
    requests: state.log,
    get fileNames() {
      return state.files.all().map(({ id }) => `files/${id}`);
    },
    inject: (fault) => state.faults.inject(fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const defaultProcessingMs = 500;
const defaultBatchMs = 500;

function newState(options: EmulatorOptions): State {
  const clock = new EmulatorClock();
  const files = new FileStore(clock, options.processingMs ?? defaultProcessingMs);
  const answer = async (model: string, request: Message): Promise<unknown> =>
    generate(request, await receive(request, model, files), model);
  return {
    keys: options.apiKeys,
    clock,
    files,
    faults: new Faults(),
    quota: new Quota(clock, options.requestsPerMinute, options.requestsPerDay),
    uploads: new Uploads(options.uploadGranularityBytes ?? defaultGranularityBytes),
    batches: new Batches(clock, files, options.batchMs ?? defaultBatchMs, answer),
    log: [],
  };
}

async function route(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  pageDirectory: string | undefined,
): Promise<void> {
  const url = parseTarget(request.url ?? "/");
  if (url !== undefined && pageDirectory !== undefined && !isApiPath(url.pathname)) {
    return servePage(request, response, url.pathname, pageDirectory);
  }
  return serveApi(state, request, response, url ?? new URL("http://emulator/"));
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
