/** The one request object that estimates, the request view, the code and the answer share. */

import type { Ask, ContentItem, GenerateContentConfig } from "gemini-vision-wasm";
import { models } from "gemini-vision-wasm/estimate";
import { PageError } from "../problem.js";
import {
  type Item,
  includeThoughts,
  items,
  model,
  prompt,
  type Resolution,
  resolution,
  schemaText,
  systemInstruction,
  type Thinking,
  temperature,
  thinking,
} from "../state.js";

export const resolutions: readonly { readonly value: Resolution; readonly label: string }[] = [
  { value: "MEDIA_RESOLUTION_UNSPECIFIED", label: "Default" },
  { value: "MEDIA_RESOLUTION_LOW", label: "Low" },
  { value: "MEDIA_RESOLUTION_MEDIUM", label: "Medium" },
  { value: "MEDIA_RESOLUTION_HIGH", label: "High" },
  { value: "MEDIA_RESOLUTION_ULTRA_HIGH", label: "Ultra" },
];

/** Gemini 2.5 counts thoughts in tokens, later models name levels; these budgets are this page's own choice for a level. */
const thinkingBudgets: Readonly<Record<Exclude<Thinking, "default">, number>> = {
  minimal: 0,
  low: 1024,
  medium: 8192,
  high: 24576,
};

function thinkingConfig(id: string): Record<string, unknown> | undefined {
  const config: Record<string, unknown> = {};
  const { value } = thinking;
  if (value !== "default") {
    if (models.get(id).ruleSet.startsWith("gemini-2.5")) config.thinkingBudget = thinkingBudgets[value];
    else config.thinkingLevel = value.toUpperCase();
  }
  if (includeThoughts.value) config.includeThoughts = true;
  return Object.keys(config).length === 0 ? undefined : config;
}

/** @throws PageError `bad-schema` */
export function parseSchema(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PageError("bad-schema", `The JSON schema is no JSON: ${(error as Error).message}`);
  }
}

/** Only what was chosen: the request on show should hold that and nothing else. @throws PageError `bad-schema` */
function currentConfig(): GenerateContentConfig {
  const schema = parseSchema(schemaText.value);
  const thoughts = thinkingConfig(model.value);
  const wide = resolution.value !== "MEDIA_RESOLUTION_UNSPECIFIED" && !isByPart(resolution.value);
  return {
    ...(systemInstruction.value.trim() !== "" && { systemInstruction: systemInstruction.value }),
    ...(temperature.value !== null && { temperature: temperature.value }),
    ...(thoughts !== undefined && { thinkingConfig: thoughts }),
    ...(schema !== undefined && { responseMimeType: "application/json", responseJsonSchema: schema }),
    ...(wide && { mediaResolution: resolution.value }),
  };
}

/** The API knows the highest resolution for single media only. */
function isByPart(value: Resolution): boolean {
  return value === "MEDIA_RESOLUTION_ULTRA_HIGH";
}

/** An uploaded file is a part already, which goes out as written. */
function withLevel(medium: unknown, level: Resolution): object {
  const isPart = typeof medium === "object" && medium !== null && "fileData" in medium;
  return isPart ? { ...medium, mediaResolution: { level } } : { media: medium, mediaResolution: level };
}

/** What stands for a medium: its facts, its bytes, its name. */
type MediumOf = (item: Item, index: number) => unknown;

/**
 * What is asked at this moment, whatever is changed afterwards: media may have to travel before they can stand in it. Media
 * come first, the prompt after them; null when there is neither.
 *
 * @throws PageError `bad-schema`
 */
export function askOfNow(): (mediumOf: MediumOf) => Ask | null {
  const [media, text, level, id] = [items.value, prompt.value, resolution.value, model.value];
  const config = currentConfig();
  return (mediumOf) => {
    const contents = media.map((item, i) => {
      const medium = mediumOf(item, i);
      return isByPart(level) ? withLevel(medium, level) : medium;
    }) as ContentItem[];
    if (text.trim() !== "") contents.push(text);
    if (contents.length === 0) return null;
    return { model: id, contents, ...(Object.keys(config).length > 0 && { config }) };
  };
}

/** @throws PageError `bad-schema` */
export function currentAsk(mediumOf: MediumOf): Ask | null {
  return askOfNow()(mediumOf);
}
