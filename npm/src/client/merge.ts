/** Pieces of an answer to the whole of it. */

import type { Candidate, GenerateContentChunk, Part } from "../types.js";
import { indexOf } from "./answer.js";

/** Members of a piece that each piece adds to; of all others the last one counts. */
export class Merger {
  readonly #candidates = new Map<number, Candidate>();
  #rest: Record<string, unknown> = {};
  #finished = false;
  /** What the first candidate has said so far. */
  text = "";

  add({ text, candidates, ...rest }: GenerateContentChunk): void {
    this.text += text;
    this.#rest = { ...this.#rest, ...withoutNull(rest) };
    if (typeof rest.promptFeedback?.blockReason === "string") this.#finished = true;
    for (const [i, candidate] of candidates.entries())
      this.#addCandidate(indexOf(candidate, i), withoutNull(candidate));
  }

  #addCandidate(index: number, piece: Candidate): void {
    const known = this.#candidates.get(index);
    const parts = [...(known?.content?.parts ?? [])];
    for (const part of piece.content?.parts ?? []) addPart(parts, part);
    const content = { ...known?.content, ...piece.content, parts };
    const hasContent = known?.content !== undefined || piece.content !== undefined;
    this.#candidates.set(index, { ...known, ...piece, ...(hasContent && { content }) });
  }

  /** Every candidate has said why it ended, or the prompt was refused altogether. */
  get complete(): boolean {
    const candidates = [...this.#candidates.values()];
    if (candidates.length === 0) return this.#finished;
    return candidates.every(({ finishReason }) => finishReason !== undefined) || this.#finished;
  }

  whole(): Record<string, unknown> {
    const candidates = [...this.#candidates].sort(([a], [b]) => a - b).map(([, candidate]) => candidate);
    return candidates.length > 0 ? { ...this.#rest, candidates } : this.#rest;
  }
}

/** In the JSON of protocol buffers null is "not set": it takes away nothing that came before. */
function withoutNull<Members extends object>(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as Members;
}

/** Text goes on where text of the same kind ended; a part with anything else, such as a thought's signature, stands alone. */
function addPart(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  if (last !== undefined && isPlainText(last) && isPlainText(part) && last.thought === part.thought) {
    parts[parts.length - 1] = { ...last, text: `${last.text}${part.text}` };
  } else {
    parts.push({ ...part });
  }
}

function isPlainText(part: Part): boolean {
  return typeof part.text === "string" && Object.keys(part).every((name) => name === "text" || name === "thought");
}
