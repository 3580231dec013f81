/**
 * What a batch run has done, a line each, on disk before the next step begins: a run that is killed goes on where it was.
 * What was begun without a line to say how it ended is looked up at the service by the name that was chosen beforehand.
 */

import { randomBytes } from "node:crypto";
import { type FileHandle, open, readFile } from "node:fs/promises";

interface StartEntry {
  type: "start";
  /** Part of every name this run chooses. */
  run: string;
  /** What is asked, with which model; another question is another run. */
  question: string;
}

export interface UploadEntry {
  type: "upload";
  /** Its name within the folder, with size and time. */
  file: string;
  identity: string;
  name: string;
  uri: string;
  mimeType: string;
  expirationTime: string;
}

interface JobEntry {
  type: "job";
  /** The name it is shown by, which is how it can be found again. */
  displayName: string;
  /** The files it asks about, in order. */
  files: string[];
}

interface CreatedEntry {
  type: "created";
  displayName: string;
  /** "batches/abc" */
  name: string;
}

type Entry = StartEntry | UploadEntry | JobEntry | CreatedEntry;

export class Journal {
  readonly #handle: FileHandle;
  readonly run: string;
  readonly uploads = new Map<string, UploadEntry>();
  readonly jobs = new Map<string, JobEntry>();
  /** Display name to name. */
  readonly created = new Map<string, string>();

  private constructor(handle: FileHandle, run: string) {
    this.#handle = handle;
    this.run = run;
  }

  /** Goes on with the run that the file tells of, if it asked the same, or begins one. */
  static async open(path: string, question: string): Promise<Journal> {
    const entries = await readEntries(path);
    const start = lastStart(entries);
    const goesOn = start?.question === question;
    const handle = await open(path, "a");
    const journal = new Journal(handle, goesOn ? start.run : randomBytes(4).toString("hex"));
    if (goesOn) for (const entry of entries.slice(entries.indexOf(start))) journal.#take(entry);

    if (!goesOn) await journal.add({ type: "start", run: journal.run, question });
    return journal;
  }

  /** Resolves when it is on disk. */
  async add(entry: Entry): Promise<void> {
    await this.#handle.appendFile(`\n${JSON.stringify(entry)}\n`);
    await this.#handle.datasync();
    this.#take(entry);
  }

  #take(entry: Entry): void {
    if (entry.type === "upload") this.uploads.set(entry.file, entry);
    else if (entry.type === "job") this.jobs.set(entry.displayName, entry);
    else if (entry.type === "created") this.created.set(entry.displayName, entry.name);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** The files that jobs of the same question, asked before, are about. Leaves no trace. */
export async function askedBefore(path: string, question: string): Promise<ReadonlySet<string>> {
  const entries = await readEntries(path);
  const start = lastStart(entries);
  if (start?.question !== question) return new Set();
  return new Set(entries.slice(entries.indexOf(start)).flatMap((entry) => (entry.type === "job" ? entry.files : [])));
}

function lastStart(entries: readonly Entry[]): StartEntry | undefined {
  return entries.findLast((entry) => entry.type === "start");
}

async function readEntries(path: string): Promise<Entry[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Entry];
    } catch {
      return []; // half a line, or none
    }
  });
}
