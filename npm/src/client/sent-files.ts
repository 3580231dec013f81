/** Files that a client has sent ahead of its requests, for other requests to name again. */

import type { RemoteFile } from "../types.js";
import { unlessAborted } from "./deadline.js";
import type { Transport } from "./transport.js";

/** A file is not taken again in the last minutes of its life: the request may come too late. */
const marginMs = 10 * 60_000;

/** Files that were sent ahead, by what they hold; each is sent once, however many requests want it at the same time. */
export class SentFiles {
  readonly transport: Transport;
  readonly #byDigest = new Map<unknown, Promise<RemoteFile>>();
  readonly #byObject = new WeakMap<object, Promise<RemoteFile>>();

  constructor(transport: Transport) {
    this.transport = transport;
  }

  async obtain(
    key: unknown,
    signal: AbortSignal | undefined,
    send: () => Promise<RemoteFile>,
  ): Promise<{ file: RemoteFile; reused: boolean }> {
    const store = this.#storeOf(key);
    const known = store.get(key);
    // Its failure is the trouble of whoever began it.
    const file =
      known &&
      (await unlessAborted<RemoteFile | undefined>(
        known.catch(() => undefined),
        signal,
      ));
    if (file !== undefined && lives(file)) return { file, reused: true };
    // While this one waited, another may have begun to send it anew.
    const other = store.get(key);
    if (other !== known && other !== undefined) return this.obtain(key, signal, send);
    const sending = send();
    store.set(key, sending);
    try {
      return { file: await sending, reused: false };
    } catch (error) {
      if (store.get(key) === sending) store.delete(key);
      throw error;
    }
  }

  forget(key: unknown): void {
    this.#storeOf(key).delete(key);
  }

  #storeOf(key: unknown): Pick<Map<unknown, Promise<RemoteFile>>, "get" | "set" | "delete"> {
    return typeof key === "object"
      ? (this.#byObject as WeakMap<WeakKey, Promise<RemoteFile>> as never)
      : this.#byDigest;
  }
}

function lives({ expirationTime }: RemoteFile): boolean {
  return expirationTime === undefined || Date.parse(expirationTime) - Date.now() > marginMs;
}
