/** Media for those who have none at hand, made by make-samples.mjs when the page is built. */

import { take } from "./intake.js";

interface Sample {
  readonly name: string;
  readonly label: string;
  readonly kind: "image" | "document" | "video";
}

export const samples: readonly Sample[] = [
  { name: "sideways.jpg", label: "Sideways photo with GPS", kind: "image" },
  { name: "hills.jpg", label: "Upright photo", kind: "image" },
  { name: "sideways.png", label: "Sideways PNG", kind: "image" },
  { name: "letter.pdf", label: "PDF of two pages", kind: "document" },
  { name: "sunset.mp4", label: "Film of six seconds", kind: "video" },
];

/** Samples go the way that dropped files go. @throws Error when the host does not have them */
export async function takeSamples(names: readonly string[]): Promise<void> {
  await take(await Promise.all(names.map(load)));
}

async function load(name: string): Promise<File> {
  const response = await fetch(`samples/${name}`);
  if (!response.ok) throw new Error(`${name} is not on this host (HTTP status ${response.status}).`);
  const blob = await response.blob();
  return new File([blob], name, { type: blob.type });
}
