/** The OpenAI-compatible endpoint: its request to ours, our answer to its. Only inline pictures and sound, as documented. */

import { kindOf } from "./media-types.js";
import { toJson } from "./reply.js";
import { invalidArgument } from "./service-error.js";

const knownFields = [
  ...["model", "messages", "stream", "stream_options", "temperature", "top_p", "max_tokens", "max_completion_tokens"],
  ...["n", "stop", "seed", "presence_penalty", "frequency_penalty", "response_format", "tools", "tool_choice"],
  ...[
    "parallel_tool_calls",
    "reasoning_effort",
    "modalities",
    "user",
    "metadata",
    "store",
    "service_tier",
    "extra_body",
  ],
];

type Json = Record<string, unknown>;

interface ChatRequest {
  model: string;
  stream: boolean;
  includesUsage: boolean;
  /** As JSON of our own API, still to be checked by its schema. */
  request: Json;
}

export function readChatRequest(json: unknown): ChatRequest {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw invalidArgument("Root element must be an object.");
  const body = json as Json;
  const unknown = Object.keys(body).find((name) => !knownFields.includes(name));
  if (unknown !== undefined) {
    throw invalidArgument(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
  }
  const { model, messages, stream, stream_options: streamOptions } = body;
  if (typeof model !== "string" || model === "") throw invalidArgument("model is not specified");
  if (!Array.isArray(messages) || messages.length === 0) throw invalidArgument("messages is not specified");
  const turns = messages.map((message) => toTurn(message as Json));
  const system = turns.filter(({ role }) => role === "system").flatMap(({ parts }) => parts);
  const contents = turns.filter(({ role }) => role !== "system");
  return {
    model: model.replace(/^models\//, ""),
    stream: stream === true,
    includesUsage: (streamOptions as Json | undefined)?.include_usage === true,
    request: {
      contents,
      ...(system.length > 0 && { systemInstruction: { parts: system } }),
      generationConfig: toConfig(body),
    },
  };
}

function toConfig(body: Json): Json {
  const format = (body.response_format as Json | undefined)?.type;
  const schema = ((body.response_format as Json | undefined)?.json_schema as Json | undefined)?.schema;
  const config: Json = {
    temperature: body.temperature,
    topP: body.top_p,
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens,
    stopSequences: body.stop,
    seed: body.seed,
    ...((format === "json_object" || format === "json_schema") && { responseMimeType: "application/json" }),
    ...(schema !== undefined && { responseJsonSchema: schema }),
  };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined && value !== null));
}

const roles: Readonly<Record<string, string>> = {
  user: "user",
  assistant: "model",
  system: "system",
  developer: "system",
  tool: "function",
};

function toTurn(message: Json): { role: string; parts: Json[] } {
  const role = roles[String(message?.role)];
  if (role === undefined) throw invalidArgument(`Invalid role: ${JSON.stringify(message?.role)}`);
  const { content } = message;
  if (typeof content === "string") return { role, parts: [{ text: content }] };
  if (!Array.isArray(content) || content.length === 0) throw invalidArgument("A message needs content.");
  return { role, parts: content.map((part) => toPart(part as Json)) };
}

function toPart(part: Json): Json {
  switch (part.type) {
    case "text":
      return { text: part.text };
    case "image_url":
      return { inlineData: readDataUrl((part.image_url as Json | undefined)?.url) };
    case "input_audio": {
      const { data, format } = (part.input_audio ?? {}) as Json;
      return { inlineData: { mimeType: `audio/${String(format)}`, data } };
    }
    default:
      throw invalidArgument(`Invalid content part type: ${JSON.stringify(part.type)}`);
  }
}

/** The live endpoint is unreliable with addresses of the web; an emulator fetches none. */
function readDataUrl(url: unknown): Json {
  const found = typeof url === "string" ? /^data:([^;,]+);base64,(.*)$/s.exec(url) : null;
  if (found === null) throw invalidArgument("Invalid image_url: only data: addresses with base64 are taken.");
  const [, mimeType = "", data = ""] = found;
  if (kindOf(mimeType) !== "image") throw invalidArgument(`Unsupported MIME type: ${mimeType}`);
  return { mimeType, data };
}

interface Answer {
  candidates?: { content?: { parts?: { text?: string; thought?: boolean }[] }; finishReason?: string }[];
  usageMetadata?: { promptTokenCount?: number; candidatesTokenCount?: number; totalTokenCount?: number };
  modelVersion?: string;
  responseId?: string;
}

const finishReasons: Readonly<Record<string, string>> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content_filter",
};

function headOf({ modelVersion, responseId }: Answer, nowMs: number): Json {
  return { created: Math.floor(nowMs / 1000), id: responseId, model: modelVersion };
}

function usageOf({ usageMetadata: usage = {} }: Answer): Json {
  const { promptTokenCount = 0, candidatesTokenCount = 0, totalTokenCount = 0 } = usage;
  return { completion_tokens: candidatesTokenCount, prompt_tokens: promptTokenCount, total_tokens: totalTokenCount };
}

function textOf(answer: Answer): string {
  const parts = answer.candidates?.[0]?.content?.parts ?? [];
  return parts.map((part) => (part.thought ? "" : (part.text ?? ""))).join("");
}

export function toCompletion(whole: unknown, nowMs: number): Json {
  const answer = whole as Answer;
  const reason = finishReasons[answer.candidates?.[0]?.finishReason ?? "STOP"] ?? "stop";
  const message = { content: textOf(answer), role: "assistant" };
  const choices = [{ finish_reason: reason, index: 0, message }];
  return { choices, ...headOf(answer, nowMs), object: "chat.completion", usage: usageOf(answer) };
}

/** Frames end in LF LF here, and `[DONE]` is the last. */
export function completionFrames(pieces: readonly unknown[], nowMs: number, includesUsage: boolean): string[] {
  const answers = pieces as Answer[];
  const events: Json[] = answers.map((answer) => {
    const reason = answer.candidates?.[0]?.finishReason;
    const choice = {
      delta: { content: textOf(answer), role: "assistant" },
      ...(reason !== undefined && { finish_reason: finishReasons[reason] ?? "stop" }),
      index: 0,
    };
    return { choices: [choice], ...headOf(answer, nowMs), object: "chat.completion.chunk" };
  });
  const last = answers.at(-1);
  if (includesUsage && last !== undefined) {
    events.push({ choices: [], ...headOf(last, nowMs), object: "chat.completion.chunk", usage: usageOf(last) });
  }
  return [...events.map((event) => `data: ${toJson(event, 0)}\n\n`), "data: [DONE]\n\n"];
}
