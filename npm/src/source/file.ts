/** Files by path, in Node and the runtimes that are like it. */

import { builtin } from "../builtin.js";
import { InputError } from "../errors.js";
import { checkLength, type Reader, typeByName } from "./reader.js";

/** @throws InputError `bad-argument` for an address with a host or an escaped slash, and where there are no files */
export function pathOfUrl(url: URL): string {
  const module = builtin("url");
  if (module === undefined) throw noFiles(url.href);
  try {
    return module.fileURLToPath(url);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError("bad-argument", `"${shorten(url.href)}" is no path: ${reason}.`, { cause });
  }
}

function noFiles(path: string): InputError {
  return new InputError(
    "bad-argument",
    `"${shorten(path)}" is a path, and there are no files to read in this runtime.`,
  );
}

function shorten(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "reading it is not permitted",
  EPERM: "reading it is not permitted",
  ENAMETOOLONG: "the name is too long for a path; prompt text goes into contents, not here",
};

/** @throws InputError `source-unreachable`, or `bad-argument` for a directory and where there are no files */
export async function fileReader(path: string, maxBytes?: number): Promise<Reader> {
  const files = builtin("fs/promises");
  if (files === undefined) throw noFiles(path);
  const shown = shorten(path);
  const handle = await files.open(path, "r").catch((cause: NodeJS.ErrnoException) => {
    const reason = reasons[cause.code ?? ""] ?? cause.message;
    throw new InputError("source-unreachable", `"${shown}" cannot be opened: ${reason}.`, { cause });
  });
  const status = await handle.stat();
  if (!status.isFile()) {
    await handle.close();
    const what = status.isDirectory() ? "a directory" : "no regular file";
    throw new InputError("bad-argument", `"${shown}" is ${what}.`);
  }
  const fill = async (offset: number, into: Uint8Array): Promise<number> => {
    let done = 0;
    while (done < into.length) {
      const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
      if (bytesRead === 0) break; // it has become shorter since it was opened
      done += bytesRead;
    }
    return done;
  };
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, status.size - offset)));
    return bytes.subarray(0, await fill(offset, bytes));
  };
  return {
    byteLength: status.size,
    name: shown,
    declaredType: typeByName(path),
    identity: JSON.stringify([path, status.size, status.mtimeMs]),
    read,
    fill,
    bytes: async () => {
      checkLength(shown, status.size, maxBytes);
      return read(0, status.size);
    },
    close: () => handle.close(),
  };
}
