/** Files as the File API keeps them: described, readable for 48 hours, never given back (but generated ones). */

import { createHash, randomBytes } from "node:crypto";
import { type EmulatorClock, timestamp } from "./clock.js";
import { fileLifeMs, maxStoredBytes } from "./limits.js";
import { isDamaged, kindOf } from "./media-types.js";
import { invalidArgument, ServiceError } from "./service-error.js";

export interface StoredFile {
  readonly id: string;
  readonly displayName: string | undefined;
  readonly mimeType: string;
  readonly byteLength: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** All bytes of a file that is not large, the first ones of others. */
  readonly bytes: Buffer;
  readonly createdMs: number;
  readonly activeMs: number;
  readonly generated: boolean;
}

type NewFile = Pick<StoredFile, "displayName" | "mimeType" | "byteLength" | "sha256" | "bytes"> & {
  name?: string | undefined;
  generated?: boolean;
};

type FileState = "PROCESSING" | "ACTIVE" | "FAILED";

const processedKinds = ["video", "audio", "document"];
const idPattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const defaultPageSize = 10;
const maxPageSize = 100;

export class FileStore {
  readonly #clock: EmulatorClock;
  readonly #processingMs: number;
  /** In the order of their coming. */
  readonly #files = new Map<string, StoredFile>();

  constructor(clock: EmulatorClock, processingMs: number) {
    this.#clock = clock;
    this.#processingMs = processingMs;
  }

  /** @throws ServiceError for a name that is none or is taken */
  checkName(name: string | undefined): void {
    if (name === undefined) return;
    const id = name.replace(/^files\//, "");
    if (!idPattern.test(id)) {
      throw invalidArgument(
        `* CreateFileRequest.file.name: ${JSON.stringify(id)} is no file id: up to 40 of a-z, 0-9 and "-", none at the ends.\n`,
      );
    }
    if (this.find(id) !== undefined) {
      throw new ServiceError("ALREADY_EXISTS", `Requested entity already exists: files/${id}`);
    }
  }

  checkSpace(byteLength: number): void {
    const stored = this.all().reduce((sum, file) => sum + file.byteLength, 0);
    if (stored + byteLength <= maxStoredBytes) return;
    throw new ServiceError("RESOURCE_EXHAUSTED", "You have exceeded the file storage quota of your project.");
  }

  add({ name, generated = false, ...file }: NewFile): StoredFile {
    this.checkName(name);
    const id = name?.replace(/^files\//, "") ?? newFileId();
    const createdMs = this.#clock.now();
    // Images are ACTIVE at once; text and batch files are taken to be, too.
    const waits = !generated && processedKinds.includes(String(kindOf(file.mimeType))) ? this.#processingMs : 0;
    const stored = { ...file, id, generated, createdMs, activeMs: createdMs + waits };
    this.#files.set(id, stored);
    return stored;
  }

  /** undefined for what is not there any more, too. */
  find(id: string): StoredFile | undefined {
    const file = this.#files.get(id);
    if (file !== undefined && this.#clock.now() >= file.createdMs + fileLifeMs) {
      this.#files.delete(id);
      return undefined;
    }
    return file;
  }

  /** @throws ServiceError 403, which is what the service says of unknown files */
  get(id: string): StoredFile {
    const file = this.find(id);
    if (file !== undefined) return file;
    const message = `You do not have permission to access the File ${id} or it may not exist.`;
    throw new ServiceError("PERMISSION_DENIED", message);
  }

  /** @throws ServiceError when the file cannot be used yet, or ever */
  getActive(id: string): StoredFile {
    const file = this.get(id);
    if (this.stateOf(file) === "ACTIVE") return file;
    const message = `The File ${id} is not in an ACTIVE state and usage is not allowed.`;
    throw new ServiceError("FAILED_PRECONDITION", message);
  }

  delete(id: string): void {
    this.#files.delete(this.get(id).id);
  }

  all(): StoredFile[] {
    return [...this.#files.keys()].flatMap((id) => this.find(id) ?? []);
  }

  /** Newest first, as the service has it. */
  list(query: URLSearchParams, describe: (file: StoredFile) => unknown): unknown {
    const { entries, nextPageToken } = pageOf(this.all().reverse(), query, defaultPageSize, maxPageSize);
    return {
      ...(entries.length > 0 && { files: entries.map(describe) }),
      ...(nextPageToken !== undefined && { nextPageToken }),
    };
  }

  stateOf(file: StoredFile): FileState {
    if (this.#clock.now() < file.activeMs) return "PROCESSING";
    return isDamaged(file.mimeType, file.bytes) ? "FAILED" : "ACTIVE";
  }

  /** @param root of the addresses, with the version: "http://127.0.0.1:8787/v1beta" */
  describe(file: StoredFile, root: string): unknown {
    const state = this.stateOf(file);
    return {
      name: `files/${file.id}`,
      ...(file.displayName !== undefined && { displayName: file.displayName }),
      mimeType: file.mimeType,
      sizeBytes: String(file.byteLength),
      createTime: timestamp(file.createdMs),
      updateTime: timestamp(file.createdMs),
      expirationTime: timestamp(file.createdMs + fileLifeMs, 9),
      sha256Hash: Buffer.from(file.sha256).toString("base64"),
      uri: `${root}/files/${file.id}`,
      ...(file.generated && { downloadUri: `${root}/files/${file.id}:download?alt=media` }),
      state,
      source: file.generated ? "GENERATED" : "UPLOADED",
      ...(state === "FAILED" && { error: { code: 13, message: "The file could not be processed." } }),
    };
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function newFileId(): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  return [...randomBytes(12)].map((byte) => letters[byte % letters.length]).join("");
}

/** One page of a list, by `pageSize` and a `pageToken` that is the place of the next entry. */
export function pageOf<Entry>(
  all: readonly Entry[],
  query: URLSearchParams,
  defaultSize: number,
  maxSize: number,
): { entries: readonly Entry[]; nextPageToken?: string } {
  const size = Math.min(maxSize, wholeNumber(query, "pageSize") || defaultSize);
  const from = wholeNumber(query, "pageToken");
  const entries = all.slice(from, from + size);
  return from + size < all.length ? { entries, nextPageToken: String(from + size) } : { entries };
}

function wholeNumber(query: URLSearchParams, name: string): number {
  const text = query.get(name) || "0";
  if (!/^\d{1,6}$/.test(text)) throw invalidArgument(`Invalid value at '${name}', ${JSON.stringify(text)}`);
  return Number(text);
}
