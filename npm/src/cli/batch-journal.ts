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

/** A job that has no answers and never will have any: its files may be asked about again. */
interface ReopenedEntry {
  type: "reopened";
  displayName: string;
}

type Entry = StartEntry | UploadEntry | JobEntry | CreatedEntry | ReopenedEntry;

/** What the lines of a run say together. */
class State {
  readonly uploads = new Map<string, UploadEntry>();
  /** Those that have not been reopened, by display name. */
  readonly jobs = new Map<string, JobEntry>();
  /** Display name to name. */
  readonly created = new Map<string, string>();
  /** Reopened jobs too, so that no display name comes twice. */
  jobCount = 0;

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) this.take(entry);
  }

  protected take(entry: Entry): void {
    if (entry.type === "upload") this.uploads.set(entry.file, entry);
    else if (entry.type === "created") this.created.set(entry.displayName, entry.name);
    else if (entry.type === "job") {
      this.jobs.set(entry.displayName, entry);
      this.jobCount++;
    } else if (entry.type === "reopened") {
      this.jobs.delete(entry.displayName);
      this.created.delete(entry.displayName);
    }
  }

  /** The files that jobs known to the service are about. */
  get asked(): ReadonlySet<string> {
    return new Set([...this.created.keys()].flatMap((displayName) => this.jobs.get(displayName)?.files ?? []));
  }
}

export class Journal extends State {
  readonly #handle: FileHandle;
  readonly run: string;

  private constructor(handle: FileHandle, run: string, entries: readonly Entry[]) {
    super(entries);
    this.#handle = handle;
    this.run = run;
  }

  /** Goes on with the run that the file tells of, if it asked the same, or begins one. */
  static async open(path: string, question: string): Promise<Journal> {
    const entries = await entriesOf(path, question);
    const handle = await open(path, "a");
    const [start] = entries;
    if (start?.type === "start") return new Journal(handle, start.run, entries);
    const journal = new Journal(handle, randomBytes(4).toString("hex"), []);
    await journal.add({ type: "start", run: journal.run, question });
    return journal;
  }

  /** Resolves when it is on disk. */
  async add(entry: Entry): Promise<void> {
    await this.#handle.appendFile(`\n${JSON.stringify(entry)}\n`);
    await this.#handle.datasync();
    this.take(entry);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** The files that jobs of the same question, asked before, are about. Leaves no trace. */
export async function askedBefore(path: string, question: string): Promise<ReadonlySet<string>> {
  return new State(await entriesOf(path, question)).asked;
}

/** Of the run that the file tells of, from its start on, if it asked the same. */
async function entriesOf(path: string, question: string): Promise<Entry[]> {
  const entries = await readEntries(path);
  const start = entries.findLastIndex((entry) => entry.type === "start");
  return (entries[start] as StartEntry | undefined)?.question === question ? entries.slice(start) : [];
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
