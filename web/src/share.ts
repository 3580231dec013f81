/** Links that bring somebody to the same question and the same figures: settings and sizes, never bytes, never a key. */

import type { MediaFacts } from "gemini-vision-wasm";
import { takeFacts } from "./intake.js";
import {
  answerTokens,
  batch,
  callsPerDay,
  items,
  model,
  prompt,
  resolution,
  schemaText,
  systemInstruction,
  tab,
  temperature,
  thinking,
  transport,
} from "./state.js";

const prefix = "#share=";

/** What a link carries. */
const settings = {
  model,
  resolution,
  prompt,
  systemInstruction,
  schemaText,
  thinking,
  transport,
  tab,
  callsPerDay,
  answerTokens,
  batch,
  temperature,
};

type Setting = keyof typeof settings;

/** How a value that somebody wrote by hand is told from one that fits. */
const fits: Readonly<Record<Setting, (value: unknown) => boolean>> = {
  model: isText,
  resolution: isText,
  prompt: isText,
  systemInstruction: isText,
  schemaText: isText,
  thinking: isText,
  transport: isText,
  tab: isText,
  callsPerDay: isCount,
  answerTokens: isCount,
  batch: (value) => typeof value === "boolean",
  temperature: (value) => value === null || (typeof value === "number" && value >= 0 && value <= 2),
};

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** In share links, as the page's own: those that an older link may no longer fit are passed over. */
const choices: Partial<Record<Setting, readonly string[]>> = {
  thinking: ["default", "minimal", "low", "medium", "high"],
  transport: ["auto", "inline", "files"],
  tab: ["ask", "cost", "code"],
};

interface Shared {
  settings: Partial<Record<Setting, unknown>>;
  media: { name: string; facts: MediaFacts }[];
}

export function shareLink(): string {
  const values = Object.fromEntries(Object.entries(settings).map(([name, { value }]) => [name, value]));
  const media = items.value.map(({ name, facts }) => ({ name, facts: slim(facts) }));
  const bytes = new TextEncoder().encode(JSON.stringify({ settings: values, media }));
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `${location.href.replace(/#.*/, "")}${prefix}${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** Of all that is known of a file only what is counted. */
function slim(facts: MediaFacts): MediaFacts {
  switch (facts.kind) {
    case "image":
      return { kind: "image", uprightWidth: facts.uprightWidth, uprightHeight: facts.uprightHeight };
    case "document":
      return { kind: "document", pages: facts.pages, ...(facts.pageSizes && { pageSizes: facts.pageSizes }) };
    case "audio":
      return { kind: "audio", durationSeconds: facts.durationSeconds };
    case "video": {
      const { durationSeconds, uprightWidth, uprightHeight, hasAudio } = facts;
      const size = uprightWidth && uprightHeight ? { uprightWidth, uprightHeight } : {};
      return { kind: "video", durationSeconds, ...size, ...(hasAudio !== undefined && { hasAudio }) };
    }
  }
}

function read(hash: string): Shared | null {
  try {
    const text = atob(hash.slice(prefix.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const { settings: values = {}, media = [] } = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Shared>;
    return { settings: values, media: Array.isArray(media) ? media.filter(isShared) : [] };
  } catch {
    return null; // no link of this page
  }
}

function isShared(value: unknown): boolean {
  const { name, facts } = (value ?? {}) as { name?: unknown; facts?: Partial<Record<string, unknown>> };
  if (!isText(name)) return false;
  const isSize = (side: unknown): boolean => isCount(side) && side !== 0;
  switch (facts?.kind) {
    case "image":
      return isSize(facts.uprightWidth) && isSize(facts.uprightHeight);
    case "document":
      return isSize(facts.pages);
    case "audio":
    case "video":
      return isCount(facts.durationSeconds);
    default:
      return false;
  }
}

/** Takes over what the address carries, if it does, and cleans the address. */
export function takeShared(offered: { models: readonly string[]; resolutions: readonly string[] }): void {
  if (!location.hash.startsWith(prefix)) return;
  const shared = read(location.hash);
  history.replaceState(null, "", location.href.replace(/#.*/, ""));
  if (shared === null) return;
  const allowed = { ...choices, model: offered.models, resolution: offered.resolutions };
  for (const name of Object.keys(settings) as Setting[]) {
    const value = shared.settings[name];
    const isAllowed = allowed[name] === undefined || allowed[name].includes(value as string);
    if (fits[name](value) && isAllowed) (settings[name] as { value: unknown }).value = value;
  }
  if (shared.media.length > 0) takeFacts(shared.media);
}
