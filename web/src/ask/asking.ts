/** Ask and Stop, and what came back: pieces as they come, then what the answer used and cost. */

import { effect, signal } from "@preact/signals";
import type { Ask, Estimate, GenerateContentChunk, GenerateContentResponse } from "gemini-vision-wasm";
import { type Answerer, answerer, checkedBaseUrl, keyToSend } from "../connection.js";
import { estimateNow } from "../estimates.js";
import { count, duration } from "../format.js";
import { intakeSettled, isTaking } from "../intake.js";
import { type Problem, toProblem } from "../problem.js";
import { answerTokens, type FileItem, isFile, items, model } from "../state.js";
import { askOfNow } from "./current-ask.js";
import { type Hindrance, hindrance } from "./hindrance.js";
import { isPresetComing, presetSettled } from "./presets.js";
import { route } from "./transport.js";
import { type Upload, uploadItem } from "./upload.js";

/** Everything on the page may change while the answer is on its way: this is what was asked. */
export interface Asked {
  readonly model: string;
  readonly answerer: Answerer;
  readonly items: readonly FileItem[];
  readonly estimate: Estimate | undefined;
  /** How long an answer the estimate was made for. */
  readonly answerTokens: number;
}

export interface Answer {
  readonly asked: Asked;
  readonly text: string;
  readonly thoughts: string;
  /** null while pieces still come, and when they stopped coming. */
  readonly response: GenerateContentResponse | null;
}

export const answer = signal<Answer | null>(null);
export const askStatus = signal("");
/** What went wrong with the last question on its way. */
export const askProblem = signal<Problem | null>(null);
/** What the last question was refused for before it went anywhere. */
export const refusal = signal<Hindrance | null>(null);
export const running = signal<AbortController | null>(null);

/** A refusal is taken back once what it was for is mended. */
export function keepRefusal(): void {
  effect(() => {
    if (hindrance.value?.message !== refusal.peek()?.message) refusal.value = null;
  });
}

/** null where something is in the way, which is shown. */
function allowed(): Where | null {
  refusal.value = hindrance.value;
  const [by, baseUrl] = [answerer.value, checkedBaseUrl.value];
  return refusal.value !== null || by === null || baseUrl === null ? null : { baseUrl, by };
}

/** The client, and what it needs, come with the first question: most of the page works without. */
async function connect({ baseUrl, by }: Where) {
  const [{ GeminiClient }, standIn] = await Promise.all([
    import("gemini-vision-wasm"),
    by === "stand-in" ? import("./stand-in.js") : undefined,
  ]);
  // Media are uploaded here, where progress can be shown; the client is never to do so on its own.
  const options = { apiKey: keyToSend.value, baseUrl, transport: "inline", inlineLimitBytes: 100e6 } as const;
  return new GeminiClient({ ...options, ...(standIn && { fetch: standIn.answerInPage }) });
}

interface Where {
  readonly baseUrl: string;
  readonly by: Answerer;
}

type Step = (where: Where, signal: AbortSignal) => Promise<void>;

/** One thing at a time: a question, or a count. */
async function attempt(step: Step): Promise<void> {
  if (running.value !== null) return;
  const controller = new AbortController();
  askProblem.value = null;
  refusal.value = null; // so that the same one is a new one
  askStatus.value = "";
  try {
    if (!(await allCame(controller))) return;
    const where = allowed();
    if (where === null) return;
    running.value = controller;
    await step(where, controller.signal);
  } catch (error) {
    if (controller.signal.aborted) askStatus.value = stopped();
    else {
      askStatus.value = "";
      askProblem.value = toProblem(error);
    }
  } finally {
    running.value = null;
  }
}

/** What may still be on its way into the question, and what is shown while it is waited for. */
const arrivals = [
  { isComing: isPresetComing, settled: presetSettled, status: "Waiting for what the preset brings…" },
  { isComing: isTaking, settled: intakeSettled, status: "Waiting for media that are being prepared…" },
];

/** False where some of it did not come, which stands beside the presets or the media: nobody asks without it unknowingly. */
async function allCame(controller: AbortController): Promise<boolean> {
  for (;;) {
    const arrival = arrivals.find(({ isComing }) => isComing());
    if (arrival === undefined) return true;
    running.value = controller;
    askStatus.value = arrival.status;
    const isThere = await arrival.settled(controller.signal);
    askStatus.value = isThere ? "" : "Not asked, because not all of it came.";
    if (!isThere) return false;
  }
}

export const run = (): Promise<void> => attempt(send);
export const countByApi = (): Promise<void> => attempt(countTokens);

/** What is sent, as it stands when the button is pressed. @throws PageError `bad-schema` */
function outgoing() {
  return { media: items.value.filter(isFile), via: route.value.via, askWith: askOfNow() };
}

/** The request with its media in it, or with their addresses once they are uploaded. */
async function complete({ media, via, askWith }: ReturnType<typeof outgoing>, upload: Upload): Promise<Ask> {
  const parts: unknown[] = [];
  for (const item of media) {
    if (via === "files") askStatus.value = `Uploading ${item.name}…`;
    parts.push(via === "inline" ? await inlined(item) : await uploadItem(item, upload));
  }
  return askWith((_, i) => parts[i]) as Ask;
}

async function send(where: Where, signal: AbortSignal): Promise<void> {
  const out = outgoing();
  const now = { model: model.value, answerer: where.by, items: out.media, answerTokens: answerTokens.value };
  const asked: Asked = { ...now, estimate: await estimateNow(signal) };
  answer.value = null;
  askStatus.value = `Asking ${asked.model}…`;
  const client = await connect(where);
  const ask = await complete(out, { client, baseUrl: where.baseUrl, signal });
  askStatus.value = `Asking ${asked.model}…`;
  const startedAt = performance.now();
  const stream = await client.models.generateContentStream(ask, { signal, order: "as-given" });
  for await (const chunk of stream) append(asked, chunk);
  const response = await stream.response;
  const { text, thoughts } = answer.value ?? { text: "", thoughts: "" };
  answer.value = { asked, text, thoughts, response };
  askStatus.value = `${asked.model} answered in ${duration(performance.now() - startedAt)}.`;
}

/** What the API itself counts, before anything is billed. */
async function countTokens(where: Where, signal: AbortSignal): Promise<void> {
  const out = outgoing();
  askStatus.value = `${model.value} counts…`;
  const estimated = (await estimateNow(signal))?.tokens;
  const client = await connect(where);
  const ask = await complete(out, { client, baseUrl: where.baseUrl, signal });
  const { totalTokens } = await client.models.countTokens(ask, { signal, order: "as-given" });
  const compared = totalTokens === estimated ? "as estimated" : `the estimate is ${count(estimated ?? 0)}`;
  askStatus.value = `${ask.model} counts ${count(totalTokens)} tokens, ${compared}.`;
}

async function inlined({ content: { prepared } }: FileItem) {
  const bytes = new Uint8Array(await prepared.blob.arrayBuffer());
  return { ...prepared, bytes, mimeType: prepared.info.mimeType };
}

function append(asked: Asked, chunk: GenerateContentChunk): void {
  const before = answer.peek() ?? { text: "", thoughts: "" };
  const parts = chunk.candidates[0]?.content?.parts ?? [];
  const thoughts = parts.flatMap((part) => (part.thought === true ? [part.text ?? ""] : [])).join("");
  answer.value = { asked, text: before.text + chunk.text, thoughts: before.thoughts + thoughts, response: null };
}

function stopped(): string {
  return answerer.peek() === "google" ? "Stopped. What the service has worked on may still be billed." : "Stopped.";
}
