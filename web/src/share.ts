/** Links that bring somebody to the same question and the same figures: settings and sizes, never bytes, never a key. */

import type { MediaFacts } from "gemini-vision-wasm";
import { takeFacts } from "./intake.js";
import { isCount, isSwitch, isTemperature, isText, mediaOf, membersOf, oneOf, preparationOf } from "./shared-values.js";
import {
  answerTokens,
  batch,
  callsPerDay,
  includeThoughts,
  items,
  model,
  preparation,
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
  includeThoughts,
  transport,
  tab,
  callsPerDay,
  answerTokens,
  batch,
  temperature,
};

type Setting = keyof typeof settings;

/** How a value that somebody wrote by hand, or that an older link carries, is told from one that fits. */
function fitting({ models, resolutions }: Offered): Readonly<Record<Setting, (value: unknown) => boolean>> {
  return {
    model: oneOf(...models),
    resolution: oneOf(...resolutions),
    prompt: isText,
    systemInstruction: isText,
    schemaText: isText,
    thinking: oneOf("default", "minimal", "low", "medium", "high"),
    includeThoughts: isSwitch,
    transport: oneOf("auto", "inline", "files"),
    tab: oneOf("ask", "cost", "code"),
    callsPerDay: isCount,
    answerTokens: isCount,
    batch: isSwitch,
    temperature: isTemperature,
  };
}

interface Offered {
  readonly models: readonly string[];
  readonly resolutions: readonly string[];
}

export function shareLink(): string {
  const values = Object.fromEntries(Object.entries(settings).map(([name, { value }]) => [name, value]));
  const media = items.value.map(({ name, facts }) => ({ name, facts: slim(facts) }));
  const bytes = new TextEncoder().encode(
    JSON.stringify({ settings: values, preparation: preparationOf(preparation.value), media }),
  );
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

/** Whatever is written there; undefined for what is no link of this page. */
function read(hash: string): unknown {
  try {
    const text = atob(hash.slice(prefix.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Takes over what the address carries, if it does, and cleans the address. */
export function takeShared(offered: Offered): void {
  if (!location.hash.startsWith(prefix)) return;
  const shared = membersOf(read(location.hash));
  history.replaceState(null, "", location.href.replace(/#.*/, ""));
  const told = membersOf(shared.settings);
  const fits = fitting(offered);
  for (const name of Object.keys(settings) as Setting[]) {
    if (fits[name](told[name])) (settings[name] as { value: unknown }).value = told[name];
  }
  preparation.value = preparationOf(shared.preparation);
  const media = mediaOf(shared.media);
  if (media.length > 0) takeFacts(media.map(({ name, facts }) => ({ name, facts: slim(facts) })));
}
