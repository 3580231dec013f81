/** What the page knows, as signals. Views read them; nothing else passes between views. */

import { computed, signal } from "@preact/signals";
import type { Box, MediaFacts, MediaResolution, PrepareOptions, Size } from "gemini-vision-wasm";
import { defaultModel, offeredModels } from "./offered-models.js";
import type { Prepared } from "./work/protocol.js";

/** One medium to send. */
export interface Item {
  readonly id: number;
  readonly name: string;
  /** What an estimate needs; known even where there are no bytes. */
  readonly facts: MediaFacts;
  /** null for a size out of a share link: it can be counted, but not sent. */
  readonly content: ItemContent | null;
}

export interface ItemContent {
  readonly file: Blob;
  /** Of the upright picture; null for all of it. */
  readonly crop: Box | null;
  readonly prepared: Prepared;
  /** blob: addresses of the file as it came, and of what would be sent. */
  readonly sourceUrl: string;
  readonly sentUrl: string;
}

/** An item that is more than a size. */
export type FileItem = Item & { readonly content: ItemContent };

export function isFile(item: Item): item is FileItem {
  return item.content !== null;
}

/** Of the upright picture, before anything is cut off or made smaller: what a crop is measured in. */
export function sourceSize({ content }: FileItem): Size {
  const { uprightWidth, uprightHeight } = content.prepared.source;
  return { width: uprightWidth, height: uprightHeight };
}

/** Of the upright picture as it is sent: what an answer is measured in. */
export function sentSize({ content }: FileItem): Size {
  const { uprightWidth, uprightHeight } = content.prepared.info;
  return { width: uprightWidth, height: uprightHeight };
}

export const items = signal<readonly Item[]>([]);
export const selectedId = signal<number | null>(null);
export const selected = computed(() => items.value.find(({ id }) => id === selectedId.value) ?? items.value[0] ?? null);

/** What is done to media before they are sent. What is not named is left to the package, which changes no more than it must. */
export type Preparation = Pick<
  PrepareOptions,
  "upright" | "stripMetadata" | "keepGainMap" | "format" | "quality" | "maxEdge" | "maxBytes"
>;
export const preparation = signal<Preparation>({});

// ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────

export type Resolution = Exclude<MediaResolution, "low" | "medium" | "high" | "ultra_high">;
export type Thinking = "default" | "minimal" | "low" | "medium" | "high";

export const model = signal(defaultModel(offeredModels()));
export const resolution = signal<Resolution>("MEDIA_RESOLUTION_UNSPECIFIED");
export const prompt = signal("Caption this image.");
export const systemInstruction = signal("");
/** null: the model's own. */
export const temperature = signal<number | null>(null);
export const thinking = signal<Thinking>("default");
export const includeThoughts = signal(false);
/** JSON schema as it is typed; "" for none. */
export const schemaText = signal("");
export type Transport = "auto" | "inline" | "files";
export const transport = signal<Transport>("auto");

// ── what it would cost ──────────────────────────────────────────────────────────────────────────────────────

/** Of calls a day, and of tokens of an answer. */
export const mostCount = 100_000_000;
export const callsPerDay = signal(1000);
export const answerTokens = signal(300);
export const batch = signal(false);

// ── where it is shown ───────────────────────────────────────────────────────────────────────────────────────

export type Tab = "ask" | "cost" | "code";
export const tab = signal<Tab>("ask");
export type ViewerMode = "sent" | "compare" | "grid" | "crop";
/** null: what suits the medium. */
export const viewerMode = signal<ViewerMode | null>(null);
