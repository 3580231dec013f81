/** One chat completion: sources to data: addresses, one request, the answer checked or read piece by piece. */

import { toBase64 } from "../base64.js";
import { isPreparedMedia } from "../contents.js";
import { InputError } from "../errors.js";
import { refuseType } from "../sendable.js";
import { toJsonText } from "../skeleton.js";
import { signatureBytes, sniffMimeType } from "../sniff.js";
import { isByteSource, isRawPixels } from "../source/kinds.js";
import { openWhole } from "../source/open.js";
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionRequest,
  ChatCompletionUsage,
  ChatMessage,
  PreparedMediaLike,
  Source,
} from "../types.js";
import { badShape, costOfAnswer } from "./answer.js";
import { isObject } from "./exchange.js";
import { type PieceReader, Pieces } from "./pieces.js";
import type { Call, Transport } from "./transport.js";

/** @throws InputError, ApiError, the signal's reason */
export async function complete(
  transport: Transport,
  request: ChatCompletionRequest,
  signal: AbortSignal | undefined,
): Promise<ChatCompletion | AsyncIterable<ChatCompletionChunk>> {
  const { model, messages, stream } = request ?? {};
  if (typeof model !== "string" || !Array.isArray(messages)) {
    throw new InputError("bad-argument", "A chat completion needs a model and messages.");
  }
  const readable: ChatMessage[] = [];
  for (const message of messages) readable.push(await writeMessage(transport, message, signal));
  const call: Call = {
    path: "openai/chat/completions",
    body: new TextEncoder().encode(toJsonText({ ...request, messages: readable })),
    auth: "bearer",
    signal,
  };
  if (stream === true) return Pieces.open(transport, call, () => new ChunkReader());
  return toCompletion(await transport.json(call), model);
}

async function writeMessage(transport: Transport, message: ChatMessage, signal: AbortSignal | undefined) {
  if (!Array.isArray(message?.content)) return message;
  const content: unknown[] = [];
  for (const part of message.content) content.push(await writePart(transport, part, signal));
  return { ...message, content } as ChatMessage;
}

async function writePart(transport: Transport, part: unknown, signal: AbortSignal | undefined): Promise<unknown> {
  if (typeof part === "string") return { type: "text", text: part };
  if (isPreparedMedia(part) || isByteSource(part)) return mediaPart(transport, part as Source, signal);
  if (!isObject(part)) throw new InputError("bad-argument", "A message holds texts, parts and media.");
  if (!("type" in part) && "media" in part) return mediaPart(transport, part.media as Source, signal);
  const image = part.image_url;
  if (part.type !== "image_url" || !isObject(image)) return part;
  return { ...part, image_url: { ...image, url: await toDataUrl(transport, image.url as Source, signal) } };
}

async function mediaPart(transport: Transport, media: Source | PreparedMediaLike, signal: AbortSignal | undefined) {
  const url = await toDataUrl(transport, media, signal);
  const [, type = "", format = ""] = /^data:([a-z]+)\/([\w.+-]+)/.exec(url) ?? [];
  if (type === "image") return { type: "image_url", image_url: { url } };
  const data = url.slice(url.indexOf(",") + 1);
  if (type === "audio") return { type: "input_audio", input_audio: { data, format } };
  // "Only supports inline images and audio files" (Google's Get_started_OpenAI_Compatibility notebook).
  throw new InputError(
    "unsupported",
    `The OpenAI-compatible endpoint takes pictures and sound, not ${type}/${format}.`,
  );
}

/** The service does not fetch addresses of the web reliably, so they are fetched here: without the key. */
async function toDataUrl(
  transport: Transport,
  media: Source | PreparedMediaLike,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (typeof media === "string" && /^data:[^,]*;base64,/i.test(media)) return media;
  if (isPreparedMedia(media)) return writeDataUrl(media.mimeType, media.bytes);
  if (isRawPixels(media)) throw new InputError("unsupported", "Raw pixels need an encoder: prepare(pixels) is one.");
  const reader = await openWhole(media, { signal, fetch: transport.options.fetch });
  try {
    const bytes = await reader.bytes();
    const mimeType = sniffMimeType(bytes.subarray(0, signatureBytes)) ?? reader.declaredType;
    if (mimeType === undefined) throw new InputError("unsupported", `${reader.name} is of no type that is known here.`);
    return writeDataUrl(mimeType, bytes);
  } finally {
    await reader.close();
  }
}

/** @throws InputError `unsupported` for a type that Gemini refuses */
function writeDataUrl(mimeType: string, bytes: Uint8Array): string {
  refuseType(mimeType);
  return `data:${mimeType};base64,${toBase64(bytes)}`;
}

async function toCompletion(json: Record<string, unknown>, model: string): Promise<ChatCompletion> {
  const { choices, usage } = json as { choices?: unknown; usage?: ChatCompletionUsage };
  const sound = (choice: unknown): boolean => isObject(choice) && isObject(choice.message);
  if (!Array.isArray(choices) || !choices.every(sound)) throw badShape("a completion without choices");
  return { ...json, cost: await costOfUsage(usage, model) } as ChatCompletion;
}

/** Thoughts are among completion_tokens, or only in the total (seen with both). */
function costOfUsage(usage: ChatCompletionUsage | undefined, model: string) {
  if (!isObject(usage)) return null;
  const { prompt_tokens: prompt = 0, completion_tokens: answer = 0, total_tokens: total = 0 } = usage;
  const thoughts = Math.max(0, total - prompt - answer);
  const counts = { promptTokenCount: prompt, candidatesTokenCount: answer, thoughtsTokenCount: thoughts };
  return costOfAnswer(counts, model);
}

class ChunkReader implements PieceReader<ChatCompletionChunk> {
  text = "";
  #finished = false;

  take(json: Record<string, unknown>): ChatCompletionChunk {
    const { choices } = json as unknown as Partial<ChatCompletionChunk>;
    if (!Array.isArray(choices) || !choices.every(isObject)) throw badShape("a piece without choices");
    for (const { index, delta, finish_reason: reason } of choices as unknown as ChatCompletionChunk["choices"]) {
      if (!index) this.text += delta?.content ?? "";
      if (typeof reason === "string") this.#finished = true;
    }
    return json as unknown as ChatCompletionChunk;
  }

  end(sawEndMark: boolean): boolean {
    return sawEndMark || this.#finished;
  }
}
