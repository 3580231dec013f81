/** The question on show as a program: what was tried here runs elsewhere. Every one reads its key from GEMINI_API_KEY. */

import type { Ask, Box } from "gemini-vision-wasm";
import type { Preparation } from "../state.js";
import { javascript, python, Raw } from "./literal.js";

interface CodeMedium {
  /** Of the file as it came, for the package, which prepares by itself. */
  readonly source: string;
  /** Of the prepared file, for everybody else. */
  readonly name: string;
  readonly mimeType: string;
  readonly crop: Box | null;
}

interface CodeInput {
  /** Media stand in it as `{ place }`. */
  readonly ask: Ask;
  readonly media: readonly CodeMedium[];
  readonly prepare: Preparation;
  readonly via: "inline" | "files";
}

export type Language = "package" | "genai" | "openai" | "python" | "curl";

export const languages: readonly { readonly value: Language; readonly label: string; readonly note: string }[] = [
  {
    value: "package",
    label: "JavaScript",
    note: "npm install gemini-vision-wasm · turns, strips and uploads by itself where that is needed",
  },
  { value: "genai", label: "@google/genai", note: "npm install @google/genai · save the prepared files first" },
  {
    value: "openai",
    label: "openai",
    note: "npm install openai · Gemini's compatible endpoint · save the prepared files first",
  },
  { value: "python", label: "Python", note: "pip install google-genai · save the prepared files first" },
  { value: "curl", label: "curl", note: "sh, curl and base64 · save the prepared files first" },
];

export function snippet(language: Language, input: CodeInput): string {
  return { package: ofPackage, genai: ofGenai, openai: ofOpenai, python: ofPython, curl: ofCurl }[language](input);
}

interface Placed {
  readonly place: number;
}

interface Level {
  readonly mediaResolution?: string;
}

/** A text, or a medium's number with the level that is asked for it alone. */
type Piece = string | (Placed & Level);

function piecesOf({ contents }: Ask): Piece[] {
  return (contents as unknown[]).map((item) => {
    if (typeof item === "string") return item;
    const { media, mediaResolution } = item as { media?: Placed } & Level;
    return media === undefined ? (item as Placed) : { ...media, ...(mediaResolution && { mediaResolution }) };
  });
}

function mediumOf(input: CodeInput, { place }: Placed): CodeMedium {
  return input.media[place] as CodeMedium;
}

// ── JavaScript ──────────────────────────────────────────────────────────────────────────────────────────────

function ofPackage(input: CodeInput): string {
  const contents = piecesOf(input.ask).map((piece) => {
    if (typeof piece === "string") return piece;
    const { mediaResolution } = piece;
    const { source, crop } = mediumOf(input, piece);
    const options = javascript({ ...input.prepare, crop });
    // A crop is one medium's own, so that it is prepared by itself.
    const media = crop === null ? source : new Raw(`await prepare(${JSON.stringify(source)}, ${options})`);
    return { media, ...(mediaResolution && { mediaResolution }) };
  });
  const names = input.media.some(({ crop }) => crop !== null) ? "GeminiClient, prepare" : "GeminiClient";
  const isAsked = Object.keys(input.prepare).length > 0;
  const prepare = isAsked ? `, { prepare: ${javascript(input.prepare)} }` : "";
  const transport = input.via === "files" ? ', transport: "files"' : "";
  return `import { ${names} } from "gemini-vision-wasm";

const client = new GeminiClient({ apiKey: process.env.GEMINI_API_KEY, baseUrl: process.env.GEMINI_BASE_URL${transport} });
const stream = await client.models.generateContentStream(${javascript({ ...input.ask, contents })}${prepare});
for await (const { text } of stream) process.stdout.write(text);

const { usageMetadata, cost } = await stream.response;
console.error(usageMetadata.totalTokenCount, cost?.usd);
`;
}

function ofGenai(input: CodeInput): string {
  const parts = piecesOf(input.ask).map((piece) => {
    if (typeof piece === "string") return { text: piece };
    const { name, mimeType } = mediumOf(input, piece);
    const level = piece.mediaResolution && { mediaResolution: { level: piece.mediaResolution } };
    const file = new Raw(`await upload(${JSON.stringify(name)}, ${JSON.stringify(mimeType)})`);
    if (input.via === "files") return { fileData: file, ...level };
    return { inlineData: { mimeType, data: new Raw(`await base64(${JSON.stringify(name)})`) }, ...level };
  });
  const helper =
    input.via === "files"
      ? `const upload = async (file, mimeType) => {
  let { name, uri, state } = await ai.files.upload({ file, config: { mimeType } });
  while (state === "PROCESSING") {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    ({ state } = await ai.files.get({ name }));
  }
  return { fileUri: uri, mimeType };
};`
      : 'const base64 = (file) => readFile(file, "base64");';
  const { model, config } = input.ask;
  const ask = { model, contents: [{ role: "user", parts }], ...(config && { config }) };
  return `import { GoogleGenAI } from "@google/genai";
${input.via === "inline" ? 'import { readFile } from "node:fs/promises";\n' : ""}
const ai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY, httpOptions: { baseUrl: process.env.GEMINI_BASE_URL } });
${helper}

const stream = await ai.models.generateContentStream(${javascript(ask)});
for await (const { text } of stream) process.stdout.write(text ?? "");
`;
}

/** What the compatible endpoint has a place for: pictures and sound, inline, and a few of the options. */
function ofOpenai(input: CodeInput): string {
  const refused = input.media.find(({ mimeType }) => !/^(image|audio)\//.test(mimeType));
  if (refused !== undefined) {
    return `// Gemini's OpenAI-compatible endpoint takes pictures and sound only: ${refused.name} cannot be sent this way.\n`;
  }
  const content = piecesOf(input.ask).map((piece) => {
    if (typeof piece === "string") return { type: "text", text: piece };
    const { name, mimeType } = mediumOf(input, piece);
    const data = `await base64(${JSON.stringify(name)})`;
    const [kind, format = ""] = mimeType.split("/");
    if (kind === "audio") return { type: "input_audio", input_audio: { data: new Raw(data), format } };
    return { type: "image_url", image_url: { url: new Raw(`"data:${mimeType};base64," + (${data})`) } };
  });
  const { model, config = {} } = input.ask;
  const { systemInstruction, temperature, responseMimeType: _, responseJsonSchema, thinkingConfig, ...rest } = config;
  const system = systemInstruction ? [{ role: "system", content: systemInstruction }] : [];
  const schema = responseJsonSchema !== undefined && {
    type: "json_schema",
    json_schema: { name: "answer", schema: responseJsonSchema },
  };
  const { thinkingLevel } = (thinkingConfig ?? {}) as { thinkingLevel?: string };
  const ask = {
    model,
    messages: [...system, { role: "user", content }],
    ...(temperature !== undefined && { temperature }),
    ...(thinkingLevel !== undefined && { reasoning_effort: thinkingLevel.toLowerCase() }),
    ...(schema && { response_format: schema }),
    stream: true,
  };
  const without = Object.keys(rest).map((name) => `// Left out, for this endpoint has no place for it: ${name}\n`);
  return `${without.join("")}import OpenAI from "openai";
import { readFile } from "node:fs/promises";

const host = process.env.GEMINI_BASE_URL ?? "https://generativelanguage.googleapis.com";
const openai = new OpenAI({ apiKey: process.env.GEMINI_API_KEY, baseURL: host + "/v1beta/openai/" });
const base64 = (file) => readFile(file, "base64");

const stream = await openai.chat.completions.create(${javascript(ask)});
for await (const { choices } of stream) process.stdout.write(choices[0]?.delta.content ?? "");
`;
}

// ── Python ──────────────────────────────────────────────────────────────────────────────────────────────────

function ofPython(input: CodeInput): string {
  const contents = piecesOf(input.ask).map((piece) => {
    if (typeof piece === "string") return piece;
    const { name, mimeType } = mediumOf(input, piece);
    if (input.via === "files") return new Raw(`upload(${JSON.stringify(name)})`);
    const level = piece.mediaResolution ? `, media_resolution=${JSON.stringify(piece.mediaResolution)}` : "";
    const data = `data=pathlib.Path(${JSON.stringify(name)}).read_bytes()`;
    return new Raw(`types.Part.from_bytes(${data}, mime_type=${JSON.stringify(mimeType)}${level})`);
  });
  const { model, config } = input.ask;
  const options = config === undefined ? "" : `\n  config=${python(snakeCase(config), "  ")},`;
  const upload = `
def upload(name):
  file = client.files.upload(file=name)
  while file.state == "PROCESSING":
    time.sleep(2)
    file = client.files.get(name=file.name)
  return file

`;
  return `import os${input.via === "files" ? ", time" : ", pathlib"}
from google import genai
from google.genai import types

client = genai.Client(
  api_key=os.environ["GEMINI_API_KEY"],
  http_options=types.HttpOptions(base_url=os.environ.get("GEMINI_BASE_URL")),
)
${input.via === "files" ? upload : ""}
stream = client.models.generate_content_stream(
  model=${JSON.stringify(model)},
  contents=${python(contents, "  ")},${options}
)
for chunk in stream:
  print(chunk.text or "", end="")
`;
}

/** Names of options, as Python writes them; a schema's own names stay. */
function snakeCase(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, one]) => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    name === "responseJsonSchema" ? one : snakeCase(one),
  ]);
  return Object.fromEntries(entries);
}

// ── curl ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Members of `config` that lie at the request's root; all else is generationConfig. */
function bodyOf({ ask: { config = {} } }: CodeInput, parts: unknown[]): object {
  const { systemInstruction, ...generationConfig } = config;
  return {
    contents: [{ role: "user", parts }],
    ...(systemInstruction !== undefined && { systemInstruction: { parts: [{ text: systemInstruction }] } }),
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
  };
}

/** In a here-document the shell still reads \, $ and `. */
function forHereDocument(text: string): string {
  return text.replaceAll(/[\\$`]/g, "\\$&");
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function ofCurl(input: CodeInput): string {
  const commands = input.media.map(({ name, mimeType }) =>
    input.via === "files"
      ? `$(upload ${quoted(name)} ${quoted(mimeType)})`
      : `$(base64 < ${quoted(name)} | tr -d '\\n')`,
  );
  const parts = piecesOf(input.ask).map((piece) => {
    if (typeof piece === "string") return { text: piece };
    const { mimeType } = mediumOf(input, piece);
    const level = piece.mediaResolution && { mediaResolution: { level: piece.mediaResolution } };
    const hole = `\u0000${piece.place}\u0000`;
    if (input.via === "files") return { fileData: { fileUri: hole, mimeType }, ...level };
    return { inlineData: { mimeType, data: hole }, ...level };
  });
  const json = forHereDocument(JSON.stringify(bodyOf(input, parts), null, 2));
  const body = json.replaceAll(/\\\\u0000(\d+)\\\\u0000/g, (_, place: string) => commands[Number(place)] ?? "");
  const upload = `
upload() { # a file's name and type; prints its address
  url=$(curl -sS -D - -o /dev/null "$host/upload/v1beta/files" -H "x-goog-api-key: $GEMINI_API_KEY" \\
    -H "X-Goog-Upload-Protocol: resumable" -H "X-Goog-Upload-Command: start" \\
    -H "X-Goog-Upload-Header-Content-Type: $2" -H "Content-Type: application/json" -d '{"file":{}}' |
    tr -d '\\r' | sed -n 's/^x-goog-upload-url: //ip')
  curl -sS "$url" -H "X-Goog-Upload-Command: upload, finalize" -H "X-Goog-Upload-Offset: 0" --data-binary "@$1" |
    sed -n 's/.*"uri": *"\\([^"]*\\)".*/\\1/p'
}
`;
  return `host=\${GEMINI_BASE_URL:-https://generativelanguage.googleapis.com}
${input.via === "files" ? upload : ""}
curl -sS "$host/v1beta/models/${input.ask.model}:generateContent" \\
  -H "x-goog-api-key: $GEMINI_API_KEY" -H "Content-Type: application/json" --data-binary @- <<EOF
${body}
EOF
`;
}
