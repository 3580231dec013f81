/** A file as the service knows it: by what name, in which shape, and when it is no more. */

import { shown } from "../check.js";
import { ApiError, InputError } from "../errors.js";
import type { RemoteFile } from "../types.js";
import { badShape } from "./answer.js";

/** "abc", "files/abc" or a file's uri to "files/abc". @throws InputError `bad-argument` */
export function fileName(name: string): string {
  const id =
    typeof name === "string" ? /^(?:https?:\/\/.*\/)?(?:files\/)?([A-Za-z0-9_-]+)$/.exec(name)?.[1] : undefined;
  if (id !== undefined) return `files/${id}`;
  throw new InputError("bad-argument", `${shown(name)} is no name of a file, such as "files/abc".`);
}

/** @throws ApiError `bad-response` */
export function toFile(json: unknown): RemoteFile {
  const { name, uri } = (json ?? {}) as Partial<RemoteFile>;
  if (typeof name !== "string" || typeof uri !== "string") throw badShape("a file without name and uri");
  return json as RemoteFile;
}

/** Unknown, deleted and expired files alike; the live service says 403 where others say 404. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.code === "api-error" && (error.status === 403 || error.status === 404);
}
