/** The way in. Every medium is prepared once, in the worker; all else works with the result. */

import { effect, signal } from "@preact/signals";
import type { Box, MediaFacts } from "gemini-vision-wasm";
import { plural } from "./format.js";
import { type Problem, toProblem } from "./problem.js";
import { type FileItem, type Item, type ItemContent, isFile, items, preparation, selectedId } from "./state.js";
import { untilAborted } from "./until-aborted.js";
import { work } from "./work/index.js";
import type { Prepared } from "./work/protocol.js";

/** Spoken and shown: what is being done. */
export const intakeStatus = signal("");
export const intakeProblems = signal<readonly Problem[]>([]);

let lastId = 0;
let queue: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** One after the other: pixels of several large pictures at once would only fill the memory. */
function enqueue(job: () => Promise<void>): Promise<void> {
  if (waiting++ === 0) intakeProblems.value = [];
  const done = queue.then(job).finally(() => {
    if (--waiting === 0) intakeStatus.value = `${plural(items.value.length, "item")} ready.`;
  });
  queue = done.catch(() => {});
  return done;
}

/** Whether a question would go out without media that were added, or with some as they were before a switch was moved. */
export const isTaking = (): boolean => waiting > 0;

/** Waits while {@link isTaking}, and tells whether nothing was refused. @throws the signal's reason */
export async function intakeSettled(signal: AbortSignal): Promise<boolean> {
  while (isTaking()) await untilAborted(queue, signal);
  return intakeProblems.peek().length === 0;
}

/** Most messages name the file themselves. */
function refuse(error: unknown, name: string): void {
  const { code, message } = toProblem(error);
  const named = message.includes(name) ? message : `${name}: ${message}`;
  intakeProblems.value = [...intakeProblems.value, { code, message: named }];
}

/** Resolves when all of them are in, or refused with a problem of their own. */
export async function take(files: readonly File[]): Promise<void> {
  await Promise.all(files.map((file) => enqueue(() => takeOne(file))));
}

async function takeOne(file: File): Promise<void> {
  intakeStatus.value = `Preparing ${file.name}…`;
  try {
    const prepared = await prepareAsSet(file);
    const item = toItem(file.name, { file, crop: null, prepared });
    items.value = [...items.value, item];
    selectedId.value = item.id;
  } catch (error) {
    refuse(error, file.name);
  }
}

/** Anew where a switch was moved meanwhile: {@link prepareAgain} knows only what is there already. */
async function prepareAsSet(file: File): Promise<Prepared> {
  for (;;) {
    const options = preparation.peek();
    const prepared = work("prepare", { file, options });
    await Promise.allSettled([prepared]);
    if (options === preparation.peek()) return prepared;
  }
}

function toItem(name: string, content: Omit<ItemContent, "sourceUrl" | "sentUrl">): Item {
  const { file, prepared } = content;
  const urls = { sourceUrl: URL.createObjectURL(file), sentUrl: URL.createObjectURL(prepared.blob) };
  return { id: ++lastId, name, facts: factsOf(prepared), content: { ...content, ...urls } };
}

/** What is counted is what would be sent. */
function factsOf({ info }: Prepared): MediaFacts {
  return info as MediaFacts;
}

/** Sizes without bytes, out of a share link. */
export function takeFacts(shared: readonly { name: string; facts: MediaFacts }[]): void {
  items.value = shared.map(({ name, facts }) => ({ id: ++lastId, name, facts, content: null }));
  selectedId.value = items.value[0]?.id ?? null;
}

/** A file's name by its address, readable where it is escaped as names are: "100%.jpg" is a path too. */
function nameAt({ pathname, hostname }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(last) || hostname;
  } catch {
    return last;
  }
}

/** Fetches what a person typed the address of: in the worker, which knows no key. */
export async function takeUrl(url: string): Promise<void> {
  const name = nameAt(new URL(url));
  await enqueue(async () => {
    intakeStatus.value = `Fetching ${name}…`;
    try {
      const blob = await work("fetch", { url });
      await takeOne(new File([blob], name, { type: blob.type }));
    } catch (error) {
      refuse(error, name);
    }
  });
}

export function remove({ id, name, content }: Item): void {
  const index = items.value.findIndex((item) => item.id === id);
  items.value = items.value.filter((item) => item.id !== id);
  if (selectedId.value === id) selectedId.value = (items.value[index] ?? items.value.at(-1))?.id ?? null;
  if (content !== null) release(content);
  intakeStatus.value = `${name} removed.`;
}

export function removeAll(): void {
  for (const { content } of items.value) if (content !== null) release(content);
  items.value = [];
  selectedId.value = null;
  intakeProblems.value = [];
  intakeStatus.value = "All removed.";
}

function release({ sourceUrl, sentUrl }: ItemContent): void {
  URL.revokeObjectURL(sourceUrl);
  URL.revokeObjectURL(sentUrl);
}

/** Puts an item in another place, and says so: who cannot see the strip hears it. */
export function move(id: number, to: number): void {
  const from = items.value.findIndex((item) => item.id === id);
  const item = items.value[from];
  const place = Math.max(0, Math.min(items.value.length - 1, to));
  if (item === undefined || place === from) return;
  items.value = items.value.toSpliced(from, 1).toSpliced(place, 0, item);
  intakeStatus.value = `${item.name} is now number ${place + 1} of ${items.value.length}.`;
}

/** A switch that was moved concerns everything that is there already. */
export function keepPrepared(): void {
  let isFirst = true;
  effect(() => {
    const options = preparation.value;
    if (isFirst) isFirst = false;
    else prepareAgain(options);
  });
}

function prepareAgain(options: typeof preparation.value): void {
  for (const { id } of items.peek()) {
    void enqueue(async () => {
      const item = items.peek().find((one) => one.id === id);
      // A later move of a switch has its own round.
      if (item && isFile(item) && options === preparation.peek()) await replace(item, item.content.crop);
    });
  }
}

/** Sends a part of a picture instead of all of it, or with null all of it again. */
export function cropItem(id: number, crop: Box | null): Promise<void> {
  return enqueue(async () => {
    const item = items.peek().find((one) => one.id === id);
    if (item && isFile(item)) await replace(item, crop);
  });
}

/** Prepares an item's file anew, as the switches stand. */
async function replace({ id, name, content }: FileItem, crop: Box | null): Promise<void> {
  intakeStatus.value = `Preparing ${name}…`;
  const options = crop === null ? preparation.peek() : { ...preparation.peek(), crop };
  try {
    const prepared = await work("prepare", { file: content.file, options });
    if (!items.peek().some((one) => one.id === id)) return; // removed meanwhile
    const fresh = { ...toItem(name, { file: content.file, crop, prepared }), id };
    items.value = items.peek().map((one) => (one.id === id ? fresh : one));
    release(content);
  } catch (error) {
    refuse(error, name);
  }
}
