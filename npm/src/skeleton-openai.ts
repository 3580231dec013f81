/** The same request in the shape of openai's chat completions, for the service's compatible endpoint. */

import { InputError } from "./errors.js";
import { toJsonSchema } from "./json-schema.js";
import type { Content, GenerateContentConfig, Part, Warning } from "./types.js";

/** Members that have a name there; what has none is left out, with a warning. */
const names: Readonly<Record<string, string>> = {
  temperature: "temperature",
  topP: "top_p",
  maxOutputTokens: "max_tokens",
  stopSequences: "stop",
  seed: "seed",
  candidateCount: "n",
  presencePenalty: "presence_penalty",
  frequencyPenalty: "frequency_penalty",
};

/** Part of a request in openai's shape, and the names of what has no place in it. */
interface Written {
  readonly json: Record<string, unknown>;
  readonly left: readonly string[];
}

export function toChatCompletion(
  model: string,
  contents: readonly Content[],
  config: GenerateContentConfig,
  system: Content | undefined,
): { json: Record<string, unknown>; warnings: Warning[] } {
  const instructions = system?.parts ?? [];
  const text = instructions.map((part) => part.text ?? "").join("");
  const messages = [
    ...(text === "" ? [] : [{ role: "system", content: text }]),
    ...contents.map(({ role, parts }) => ({
      role: role === "model" ? "assistant" : (role ?? "user"),
      content: parts.map(writePart),
    })),
  ];
  const written = writeConfig(config);
  const left = [
    ...written.left.map((name) => `config.${name}`),
    ...(instructions.some((part) => part.text === undefined) ? ["What is no text in config.systemInstruction"] : []),
    ...new Set(contents.flatMap(({ parts }) => parts.flatMap(leftOfPart))),
  ];
  const warnings = left.map((what) => ({
    code: "config-left-out",
    message: `${what} has no place in a chat completion and was left out.`,
  }));
  return { json: { model: model.replace(/^models\//, ""), messages, ...written.json }, warnings };
}

function leftOfPart(part: Part): string[] {
  return Object.keys(part).flatMap((name) => (["text", "inlineData"].includes(name) ? [] : [`A part's ${name}`]));
}

function writePart(part: Part): unknown {
  const { text, inlineData } = part;
  if (typeof text === "string") return { type: "text", text };
  const [type, format] = String(inlineData?.mimeType).split("/");
  if (type === "image") return { type: "image_url", image_url: { url: inlineData?.data } };
  if (type === "audio") return { type: "input_audio", input_audio: { data: inlineData?.data, format } };
  // "Only supports inline images and audio files" (Google's Get_started_OpenAI_Compatibility notebook).
  const what = inlineData === undefined ? (Object.keys(part)[0] ?? "an empty part") : inlineData.mimeType;
  throw new InputError("unsupported", `A chat completion takes texts, pictures and sound, not ${what}.`);
}

function writeConfig(config: GenerateContentConfig): Written {
  const { systemInstruction: _, thinkingConfig = {}, ...others } = given(config);
  const { responseMimeType, responseSchema, responseJsonSchema, ...rest } = others;
  const format = writeFormat(given({ responseMimeType, responseSchema, responseJsonSchema }));
  const named = Object.entries(rest).flatMap(([name, value]) => (name in names ? [[names[name], value]] : []));
  return {
    json: { ...Object.fromEntries(named), ...format.json, ...writeThinking(given(thinkingConfig as object)) },
    left: [...Object.keys(rest).filter((name) => !(name in names)), ...format.left],
  };
}

/** In the JSON of protocol buffers null is "not set". */
function given(members: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}

/** A schema alone asks for JSON. With another type of answer, such as text/x.enum, it has no place. */
function writeFormat(formats: Record<string, unknown>): Written {
  const { responseMimeType, responseSchema, responseJsonSchema } = formats;
  const schema = responseJsonSchema ?? toJsonSchema(responseSchema);
  const mimeType = responseMimeType ?? (schema === undefined ? "text/plain" : "application/json");
  if (mimeType !== "application/json") {
    return { json: {}, left: Object.keys(formats).filter((name) => formats[name] !== "text/plain") };
  }
  const format =
    schema === undefined ? { type: "json_object" } : { type: "json_schema", json_schema: { name: "answer", schema } };
  const two = responseSchema !== undefined && responseJsonSchema !== undefined;
  return { json: { response_format: format }, left: two ? ["responseSchema"] : [] };
}

/**
 * A level is openai's effort. The rest goes into Google's own member, and then so does the level, for effort and budget
 * exclude each other (ai.google.dev/gemini-api/docs/openai).
 */
function writeThinking(config: Record<string, unknown>): Record<string, unknown> {
  const { thinkingLevel, ...rest } = config;
  const level = typeof thinkingLevel === "string" ? thinkingLevel.toLowerCase() : undefined;
  if (Object.keys(rest).length === 0) return level === undefined ? {} : { reasoning_effort: level };
  const own = Object.entries(rest).map(([name, value]) => [toSnakeCase(name), value]);
  const thinking = { ...Object.fromEntries(own), ...(level !== undefined && { thinking_level: level }) };
  return { extra_body: { google: { thinking_config: thinking } } };
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
