/** Questions to begin with, those that introductions to Gemini's vision ask; each with samples for whoever has none. */

import { effect, signal } from "@preact/signals";
import type { DetectionKind, MediaKind } from "gemini-vision-wasm";
import { type Problem, toProblem } from "../problem.js";
import { takeSamples } from "../samples.js";
import { items, prompt, schemaText } from "../state.js";
import { untilAborted } from "../until-aborted.js";

export interface Preset {
  readonly id: string;
  readonly label: string;
  /** Left out where it is put together from what is to be found. */
  readonly prompt?: string;
  readonly wants: { readonly kind: MediaKind; readonly count: number };
  readonly samples: readonly string[];
}

export const presets: readonly Preset[] = [
  {
    id: "caption",
    label: "Caption",
    prompt: "Caption this image.",
    wants: { kind: "image", count: 1 },
    samples: ["sideways.jpg"],
  },
  {
    id: "jingle",
    label: "Jingle from three",
    prompt:
      "Write an advertising jingle showing how the product in the first image could solve the problems shown in the second two images.",
    wants: { kind: "image", count: 3 },
    samples: ["hills.jpg", "sideways.jpg", "sideways.png"],
  },
  {
    id: "both",
    label: "Objects in both",
    prompt: "Generate a list of all the objects contained in both images.",
    wants: { kind: "image", count: 2 },
    samples: ["hills.jpg", "sideways.jpg"],
  },
  {
    id: "detect",
    label: "Detect objects",
    wants: { kind: "image", count: 1 },
    samples: ["sideways.jpg"],
  },
  {
    id: "transcribe",
    label: "Transcribe a PDF",
    prompt: "Transcribe this document.",
    wants: { kind: "document", count: 1 },
    samples: ["letter.pdf"],
  },
  {
    id: "film",
    label: "Describe a film",
    prompt: "Describe this video. Say at which time, as MM:SS, each thing happens.",
    wants: { kind: "video", count: 1 },
    samples: ["sunset.mp4"],
  },
];

export const presetId = signal("caption");
export const preset = (): Preset => presets.find(({ id }) => id === presetId.value) ?? (presets[0] as Preset);

export const detectKinds: readonly { readonly value: DetectionKind; readonly label: string }[] = [
  { value: "boxes", label: "Boxes" },
  { value: "points", label: "Points" },
  { value: "polygons", label: "Outlines" },
  { value: "masks", label: "Masks" },
];

export const detectKind = signal<DetectionKind>("boxes");
export const detectItems = signal("all prominent objects");

/** What the preset wants and is not there. */
export function missing({ wants }: Preset): number {
  return Math.max(0, wants.count - items.value.filter(({ facts }) => facts.kind === wants.kind).length);
}

/** Why a prompt or samples did not come. */
export const presetProblem = signal<Problem | null>(null);

type Brought = "prompt" | "samples";

/** What is on its way into the question. */
const coming = new Map<Brought, Promise<void>>();

/** What comes is waited for by questions; what is overtaken by another choice is nobody's concern any more. */
function bring(what: Brought, work: Promise<void>): void {
  presetProblem.value = null;
  const done = work
    .then(() => null, toProblem)
    .then((problem) => {
      if (coming.get(what) !== done) return;
      coming.delete(what);
      if (problem !== null) presetProblem.value = problem;
    });
  coming.set(what, done);
}

/** Whether a question would go out without what it was made for. */
export const isPresetComing = (): boolean => coming.size > 0;

/** Waits while {@link isPresetComing}, and tells whether all of it came. @throws the signal's reason */
export async function presetSettled(signal: AbortSignal): Promise<boolean> {
  while (isPresetComing()) await untilAborted(Promise.race(coming.values()), signal);
  return presetProblem.peek() === null;
}

/** Takes the preset's prompt. Whoever has nothing there gets its samples too; nobody's own media are touched. */
export function choosePreset(chosen: Preset): void {
  presetProblem.value = null;
  presetId.value = chosen.id;
  if (chosen.prompt !== undefined) {
    coming.delete("prompt");
    prompt.value = chosen.prompt;
    schemaText.value = "";
  }
  if (items.value.length === 0) addSamples(chosen.samples);
}

export function addSamples(names: readonly string[]): void {
  bring("samples", takeSamples(names));
}

/** While objects are to be detected, prompt and schema follow what is to be found and how. */
export function keepDetection(): void {
  effect(() => {
    if (presetId.value !== "detect") return;
    const [kind, wanted] = [detectKind.value, detectItems.value.trim()];
    if (wanted !== "") bring("prompt", ask(kind, wanted));
  });
}

async function ask(kind: DetectionKind, wanted: string): Promise<void> {
  const { detectionPrompt, detectionSchema } = await import("gemini-vision-wasm/detections");
  if (presetId.peek() !== "detect" || detectKind.peek() !== kind || detectItems.peek().trim() !== wanted) return;
  prompt.value = detectionPrompt(wanted, { kind });
  // A mask is longer than most limits of structured answers; models are asked for it in words alone.
  schemaText.value = kind === "masks" ? "" : JSON.stringify(detectionSchema(kind));
}
