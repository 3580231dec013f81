/**
 * The upload protocols of the File API: resumable (start, upload, finalize, query, cancel), multipart and raw. Words and
 * statuses follow recorded sessions of the live service; what those do not tell follows Google's protocol test server.
 */

import { createHash, type Hash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { FileStore, StoredFile } from "./files.js";
import { keptHeadBytes, maxDisplayNameCharacters, maxFileBytes, maxKeptBytes } from "./limits.js";
import { badRequest, invalidArgument } from "./service-error.js";

interface FileMeta {
  name?: string | undefined;
  displayName?: string | undefined;
  mimeType?: string | undefined;
}

type SessionStatus = "active" | "final" | "cancelled";

export class Session {
  readonly id = `A${randomBytes(22).toString("base64url")}`;
  readonly meta: FileMeta;
  readonly mimeType: string;
  /** undefined for an upload that does not say its length. */
  readonly declaredBytes: number | undefined;
  readonly #hash: Hash = createHash("sha256");
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  receivedBytes = 0;
  status: SessionStatus = "active";
  file: StoredFile | undefined;

  constructor(meta: FileMeta, mimeType: string, declaredBytes: number | undefined) {
    this.meta = meta;
    this.mimeType = mimeType;
    this.declaredBytes = declaredBytes;
  }

  store(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.receivedBytes += bytes.length;
    this.#keptBytes += bytes.length;
    this.#kept.push(bytes);
    const expected = Math.max(this.declaredBytes ?? 0, this.receivedBytes);
    if (expected > maxKeptBytes && this.#keptBytes > keptHeadBytes) this.#keepHead();
  }

  #keepHead(): void {
    // A copy, so that the pieces it was cut from can go.
    const head = Buffer.from(Buffer.concat(this.#kept).subarray(0, keptHeadBytes));
    this.#kept.splice(0, this.#kept.length, head);
    this.#keptBytes = head.length;
  }

  finish(files: FileStore): StoredFile {
    this.file = files.add({
      name: this.meta.name,
      displayName: this.meta.displayName,
      mimeType: this.mimeType,
      byteLength: this.receivedBytes,
      sha256: this.#hash.digest("hex"),
      bytes: Buffer.concat(this.#kept),
    });
    this.#kept.length = 0;
    this.status = "final";
    return this.file;
  }
}

export class Uploads {
  readonly granularityBytes: number;
  readonly #sessions = new Map<string, Session>();

  constructor(granularityBytes: number) {
    this.granularityBytes = granularityBytes;
  }

  open(meta: FileMeta, mimeType: string, declaredBytes: number | undefined): Session {
    if (declaredBytes !== undefined) checkSize(declaredBytes);
    const session = new Session(meta, mimeType, declaredBytes);
    this.#sessions.set(session.id, session);
    return session;
  }

  find(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** Sessions that have been opened. */
  get count(): number {
    return this.#sessions.size;
  }

  /** What is wrong with a piece, in words; undefined when nothing is. */
  faultOf(session: Session, piece: { offset: number; length: number; last: boolean }): string | undefined {
    const { offset, length, last } = piece;
    const { receivedBytes, declaredBytes = Number.POSITIVE_INFINITY } = session;
    if (offset !== receivedBytes) return `Invalid offset: expected ${receivedBytes}, got ${offset}.`;
    if (!last && length % this.granularityBytes !== 0) {
      return `Chunk of ${length} bytes is not a multiple of the granularity (${this.granularityBytes}).`;
    }
    if (offset + length > declaredBytes) return `More bytes than declared (${declaredBytes}).`;
    if (last && session.declaredBytes !== undefined && offset + length < declaredBytes) {
      return `Fewer bytes than declared: ${offset + length} of ${declaredBytes}.`;
    }
    if (offset + length > maxFileBytes) return `More bytes than a file may have (${maxFileBytes}).`;
    return undefined;
  }
}

export function checkSize(byteLength: number): void {
  if (!Number.isSafeInteger(byteLength) || byteLength < 0) throw invalidArgument("Invalid Content-Length of the file.");
  if (byteLength === 0) throw invalidArgument("File is empty.");
  if (byteLength > maxFileBytes) {
    throw invalidArgument(`File size ${byteLength} is larger than the maximum of ${maxFileBytes} bytes.`);
  }
}

const outputOnly = ["mimeType", "sizeBytes"];
const known = ["name", "displayName", ...outputOnly];

/** The `file` of a start request's or a multipart upload's JSON; output-only members are sent by Google's own clients too. */
export function readMeta(json: unknown): FileMeta {
  const file = ((json as { file?: unknown } | null)?.file ?? {}) as Record<string, unknown>;
  if (typeof file !== "object" || Array.isArray(file)) {
    throw badRequest([
      {
        field: "file",
        description: "Invalid value at 'file' (type.googleapis.com/google.ai.generativelanguage.v1beta.File)",
      },
    ]);
  }
  const camel = Object.fromEntries(Object.entries(file).map(([name, value]) => [camelCase(name), value]));
  for (const name of [...Object.keys((json ?? {}) as object).filter((key) => key !== "file"), ...Object.keys(camel)]) {
    if (name in camel && known.includes(name)) continue;
    const description = `Invalid JSON payload received. Unknown name ${JSON.stringify(name)}: Cannot find field.`;
    throw badRequest([{ description }]);
  }
  const meta: FileMeta = {
    name: textOf(camel, "name"),
    displayName: textOf(camel, "displayName"),
    mimeType: textOf(camel, "mimeType"),
  };
  if (meta.displayName !== undefined && meta.displayName.length > maxDisplayNameCharacters) {
    throw invalidArgument("* CreateFileRequest.file.display_name: must be at most 512 characters long\n");
  }
  return meta;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

function textOf(file: Record<string, unknown>, name: string): string | undefined {
  const value = file[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw badRequest([
    { field: `file.${name}`, description: `Invalid value at 'file.${name}' (TYPE_STRING), ${JSON.stringify(value)}` },
  ]);
}

/** A header as text; "" when it is absent. */
export function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
