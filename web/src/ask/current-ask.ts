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

/**
 * Media first, the prompt after them; null when there is neither.
 *
 * @param mediumOf what stands for a medium: its facts, its bytes, its name
 * @throws PageError `bad-schema`
 */
export function currentAsk(mediumOf: (item: Item, index: number) => unknown): Ask | null {
  const contents = items.value.map((item, i) => {
    const medium = mediumOf(item, i);
    return isByPart(resolution.value) ? withLevel(medium, resolution.value) : medium;
  }) as ContentItem[];
  if (prompt.value.trim() !== "") contents.push(prompt.value);
  if (contents.length === 0) return null;
  const config = currentConfig();
  return { model: model.value, contents, ...(Object.keys(config).length > 0 && { config }) };
}
