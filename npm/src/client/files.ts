/** The File API; what its calls promise stands in facade.ts. */

import { ApiError } from "../errors.js";
import { signalOf } from "../signal.js";
import type { ListOptions, Named, RemoteFile, UploadedFile, UploadOptions, WaitOptions } from "../types.js";
import { listPages } from "./pages.js";
import { poll } from "./poll.js";
import { fileName, isGone, toFile } from "./remote-file.js";
import type { Transport } from "./transport.js";

/** Videos of an hour take minutes. */
const defaultWaitMs = 600_000;
const defaultIntervalMs = 500;

export class Files {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async upload(options: UploadOptions): Promise<UploadedFile> {
    const { upload } = await import("./upload.js");
    return upload(this.#transport, options);
  }

  async get(file: Named): Promise<RemoteFile> {
    const call = { method: "GET", path: fileName(file?.name), signal: signalOf(file) } as const;
    return toFile(await this.#transport.json(call));
  }

  list(options: ListOptions = {}): AsyncIterable<RemoteFile> {
    return listPages<RemoteFile>(this.#transport, "files", "files", options);
  }

  async delete(file: Named): Promise<void> {
    const call = { method: "DELETE", path: fileName(file?.name), signal: signalOf(file) } as const;
    let attempts = 0;
    await this.#transport.retrying(call, async () => {
      attempts++;
      try {
        await this.#transport.once(call, (exchange) => exchange.json());
      } catch (error) {
        // The attempt before may have done it, and only its answer was lost.
        if (attempts === 1 || !isGone(error)) throw error;
      }
    });
  }

  waitUntilActive(file: Named, options: WaitOptions = {}): Promise<RemoteFile> {
    const { timeoutMs = defaultWaitMs, intervalMs = defaultIntervalMs } = options;
    const signal = signalOf(options, file);
    return poll({ timeoutMs, intervalMs, signal, what: fileName(file?.name) }, async (given) => {
      const found = await this.get({ name: file.name, signal: given });
      if (found.state === "FAILED") throw failed(found);
      return found.state === undefined || found.state === "ACTIVE" ? found : undefined;
    });
  }
}

function failed({ name, error }: RemoteFile): ApiError {
  const reason = error?.message ? `: ${error.message}` : ".";
  return new ApiError("file-failed", `The service could not process ${name}${reason}`, {
    status: 200,
    details: [error],
  });
}
