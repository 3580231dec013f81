/**
 * The stand-in of a static build: answers as the API would, in its shapes, from within the page. No model and no network:
 * it says what it received, draws a box where it is asked for one, and counts by the package's own estimate.
 */

import { type Ask, type MediaFacts, probe } from "gemini-vision-wasm";
import { estimate, models } from "gemini-vision-wasm/estimate";

const introduction = "This is the stand-in of this page; no model has seen this.";

/** Slow enough to be seen, and to be stopped. */
const pieceMs = 25;
const pieceCharacters = 24;
const fileLifeMs = 48 * 3600e3;

interface Part {
  text?: string;
  inlineData?: { mimeType: string; data: string };
  fileData?: { mimeType?: string; fileUri: string };
  mediaResolution?: { level: string };
}

interface Message {
  contents: { parts: Part[] }[];
  systemInstruction?: { parts: Part[] };
  generationConfig?: { responseMimeType?: string; responseJsonSchema?: unknown; mediaResolution?: string };
}

interface Medium {
  readonly mimeType: string;
  readonly byteLength: number;
  readonly facts: MediaFacts;
  readonly mediaResolution: string | undefined;
  readonly size: string;
}

const uploads = new Map<string, { mimeType: string; displayName: string; blob?: Blob }>();

/** In the place of `fetch`. @throws the signal's reason */
export async function answerInPage(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const request = new Request(input, init);
  request.signal.throwIfAborted();
  const { pathname } = new URL(request.url);
  if (pathname.includes("/upload/")) return upload(request);
  const file = /\/files\/([\w-]+)$/.exec(pathname)?.[1];
  if (file !== undefined) return json(fileResource(file, request.url));
  const model = /\/models\/([^:/]+):/.exec(pathname)?.[1] ?? "";
  const sent = (await request.json()) as Message & { generateContentRequest?: Message };
  const answer = await answerTo(model, sent.generateContentRequest ?? sent);
  if (pathname.endsWith(":countTokens")) return json({ totalTokens: answer.usageMetadata.promptTokenCount });
  return pathname.endsWith(":streamGenerateContent") ? stream(answer, request.signal) : json(answer.whole);
}

function json(value: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { headers: { "content-type": "application/json", ...headers } });
}

// ── files ───────────────────────────────────────────────────────────────────────────────────────────────────

function fileResource(name: string, url: string): object {
  const { mimeType = "", displayName = "", blob } = uploads.get(name) ?? {};
  const uri = `${new URL(url).origin}/v1beta/files/${name}`;
  const expirationTime = new Date(Date.now() + fileLifeMs).toISOString();
  return {
    name: `files/${name}`,
    uri,
    mimeType,
    displayName,
    sizeBytes: String(blob?.size ?? 0),
    expirationTime,
    state: "ACTIVE",
  };
}

/** The resumable protocol as far as a page uses it: start, then pieces, the last of which ends it. */
async function upload(request: Request): Promise<Response> {
  const command = request.headers.get("x-goog-upload-command") ?? "";
  const url = new URL(request.url);
  if (command === "start") {
    const { file } = (await request.json()) as { file: { mimeType: string; displayName?: string } };
    const name = crypto.randomUUID();
    uploads.set(name, { mimeType: file.mimeType, displayName: file.displayName ?? "" });
    url.searchParams.set("upload_id", name);
    return json({}, { "x-goog-upload-url": url.href, "x-goog-upload-status": "active" });
  }
  const name = url.searchParams.get("upload_id") ?? "";
  const known = uploads.get(name);
  if (known === undefined) return new Response("{}", { status: 404 });
  const blob = new Blob([known.blob ?? new Blob(), await request.blob()]);
  uploads.set(name, { ...known, blob });
  if (!command.includes("finalize")) return json({}, { "x-goog-upload-status": "active" });
  return json({ file: fileResource(name, request.url) }, { "x-goog-upload-status": "final" });
}

// ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────

interface StandInAnswer {
  readonly text: string;
  readonly whole: object;
  readonly usageMetadata: { readonly promptTokenCount: number };
}

async function answerTo(
  model: string,
  { contents, systemInstruction, generationConfig = {} }: Message,
): Promise<StandInAnswer> {
  const parts = contents.flatMap((content) => content.parts);
  const media = await Promise.all(parts.filter((part) => part.text === undefined).map(mediumOf));
  const texts = parts.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const text = textFor(texts.join(" "), media, generationConfig);
  const ask = {
    model: models.get(model).id,
    contents: [...media.map(({ facts, mediaResolution }) => ({ media: facts, mediaResolution })), ...texts],
    config: { systemInstruction, mediaResolution: generationConfig.mediaResolution },
  } as Ask<MediaFacts>;
  const via = parts.some(({ fileData }) => fileData !== undefined) ? "files" : "inline";
  const promptTokenCount = (await estimate(ask, { order: "as-given", via })).tokens;
  const candidatesTokenCount = Math.ceil(text.length / 4);
  const totalTokenCount = promptTokenCount + candidatesTokenCount;
  const usageMetadata = { promptTokenCount, candidatesTokenCount, totalTokenCount };
  return { text, usageMetadata, whole: { candidates: [candidate(text, "STOP")], usageMetadata } };
}

function candidate(text: string, finishReason?: string): object {
  return { content: { role: "model", parts: [{ text }] }, index: 0, ...(finishReason && { finishReason }) };
}

async function mediumOf({ inlineData, fileData, mediaResolution }: Part): Promise<Medium> {
  const uploaded = fileData && uploads.get(fileData.fileUri.split("/").at(-1) ?? "")?.blob;
  const blob = uploaded ?? new Blob([Uint8Array.from(atob(inlineData?.data ?? ""), (letter) => letter.charCodeAt(0))]);
  const info = await probe(blob);
  const size = info.uprightWidth > 0 ? ` ${info.width}×${info.height}` : "";
  const facts = info as MediaFacts;
  return { mimeType: info.mimeType, byteLength: blob.size, facts, mediaResolution: mediaResolution?.level, size };
}

const box_2d = [250, 250, 750, 750];

const outline = [
  [500, 250],
  [750, 500],
  [500, 750],
  [250, 500],
];

/** A disc of 8 × 8 gray pixels. */
const mask =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAHUlEQVR42mNgYGD4/5+BAUyBABLjPxQgGJhqYNoBKnIr1V8q/58AAAAASUVORK5CYII=";

/** By the name that tells a prompt of its kind; the first that is there counts. */
const shapes: readonly (readonly [name: string, found: object])[] = [
  ["mask", { box_2d, mask }],
  ["polygon", { box_2d, polygon: outline }],
  ["point", { point: [500, 500] }],
  ["box_2d", { box_2d }],
];

/** What the prompt names it wants, in the form models answer in. */
function textFor(prompt: string, media: readonly Medium[], config: NonNullable<Message["generationConfig"]>): string {
  const shape = shapes.find(([name]) => prompt.includes(`"${name}"`))?.[1];
  if (shape !== undefined && media.length > 0) {
    return JSON.stringify([{ ...shape, label: "stand-in: the middle" }], null, 2);
  }
  if (config.responseMimeType === "application/json") {
    const received = media.map(({ mimeType, byteLength }) => ({ mimeType, byteLength }));
    return JSON.stringify({ standIn: introduction, received, prompt }, null, 2);
  }
  const list = media.map(
    ({ mimeType, size, byteLength }) => `${mimeType}${size} of ${byteLength.toLocaleString("en-US")} bytes`,
  );
  const text = prompt === "" ? [] : [`text of ${prompt.length} characters: ${JSON.stringify(prompt.slice(0, 80))}`];
  return `${introduction} It received ${[...list, ...text].join("; ")}. Choose the Gemini API under Connection to ask a model.`;
}

function stream({ text, usageMetadata }: StandInAnswer, signal: AbortSignal): Response {
  const encoder = new TextEncoder();
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, pieceMs));
      if (signal.aborted) return controller.error(signal.reason);
      const piece = text.slice(at, at + pieceCharacters);
      at += pieceCharacters;
      const isLast = at >= text.length;
      const chunk = { candidates: [candidate(piece, isLast ? "STOP" : undefined)], usageMetadata };
      controller.enqueue(encoder.encode(`data: ${JSON.stringify(chunk)}\r\n\r\n`));
      if (isLast) controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
