/** What the service takes of films, sounds and documents. It judges for itself, so what is beyond is warned of only. */

import { maxPdfBytes } from "./request-limits.js";
import type { MediaFacts, Warning } from "./types.js";

/** The founding document's "up to 90 minutes of video"; later models' windows end the rest (docs/video-understanding). */
const maxVideoSeconds = 90 * 60;
/** All sound of a prompt together (docs/audio). */
const maxAudioSeconds = 9.5 * 3600;
/** docs/document-processing. */
const maxPages = 1000;

/**
 * @param name what the messages begin with
 * @param byteLength 0: not known
 */
export function limitWarnings(name: string, facts: MediaFacts, byteLength = 0): Warning[] {
  const warnings: Warning[] = [];
  const warn = (applies: boolean, code: string, message: string): void => {
    if (applies) warnings.push({ code, message: `${name} ${message}` });
  };
  if (facts.kind === "document") {
    const { pages } = facts;
    warn(pages > maxPages, "over-1000-pages", `has ${pages} pages; Gemini takes ${maxPages}.`);
    warn(byteLength > maxPdfBytes, "over-50-mb", `has ${byteLength} bytes; Gemini takes PDFs of 50 MB.`);
  } else if (facts.kind === "video") {
    const { durationSeconds } = facts;
    warn(durationSeconds > maxVideoSeconds, "over-90-minutes", `lasts ${minutes(durationSeconds)}; 90 are advised.`);
  } else if (facts.kind === "audio") {
    const { durationSeconds } = facts;
    warn(durationSeconds > maxAudioSeconds, "over-9.5-hours", `lasts ${minutes(durationSeconds)}; 570 are taken.`);
  }
  return warnings;
}

function minutes(seconds: number): string {
  return `${Math.round(seconds / 60)} minutes`;
}
