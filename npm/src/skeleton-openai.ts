/** The same request in the shape of openai's chat completions, for the service's compatible endpoint. */

import { InputError } from "./errors.js";
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
const handled = ["systemInstruction", "responseMimeType", "responseSchema", "responseJsonSchema", "thinkingConfig"];

export function toChatCompletion(
  model: string,
  contents: readonly Content[],
  config: GenerateContentConfig,
  system: Content | undefined,
): { json: Record<string, unknown>; warnings: Warning[] } {
  const text = (system?.parts ?? []).map((part) => part.text ?? "").join("");
  const messages = [
    ...(text === "" ? [] : [{ role: "system", content: text }]),
    ...contents.map(({ role, parts }) => ({
      role: role === "model" ? "assistant" : (role ?? "user"),
      content: parts.map(writePart),
    })),
  ];
  const left = Object.keys(config).filter(
    (name) => !(name in names) && !handled.includes(name) && config[name] !== undefined,
  );
  const warnings = left.map((name) => ({
    code: "config-left-out",
    message: `config.${name} has no place in a chat completion and was left out.`,
  }));
  return { json: { model: model.replace(/^models\//, ""), messages, ...writeConfig(config) }, warnings };
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

function writeConfig(config: GenerateContentConfig): Record<string, unknown> {
  const { responseMimeType, responseSchema, responseJsonSchema, thinkingConfig } = config;
  const given = Object.entries(names).flatMap(([name, theirs]) =>
    config[name] === undefined ? [] : [[theirs, config[name]]],
  );
  const schema = responseJsonSchema ?? responseSchema;
  const format =
    schema === undefined ? { type: "json_object" } : { type: "json_schema", json_schema: { name: "answer", schema } };
  const level = thinkingConfig?.thinkingLevel;
  return {
    ...Object.fromEntries(given),
    ...(responseMimeType === "application/json" && { response_format: format }),
    ...(typeof level === "string" && { reasoning_effort: level.toLowerCase() }),
  };
}
