/** A whole answer to the pieces of a streamed one, framed as the live service frames them. */

import { toJson } from "./reply.js";

interface Answer {
  candidates?: { content?: { parts?: { text?: string }[] }; finishReason?: string; index?: number }[];
  usageMetadata?: { promptTokenCount?: number; candidatesTokenCount?: number; totalTokenCount?: number };
  [field: string]: unknown;
}

/** Characters of a piece, so that any answer comes in several. */
const pieceCharacters = 40;

/** `usageMetadata` in each piece, with counts so far; `finishReason` in the last one only. */
export function piecesOf(whole: unknown): Answer[] {
  const answer = whole as Answer;
  const candidate = answer.candidates?.[0];
  const parts = candidate?.content?.parts ?? [];
  if (candidate === undefined || parts.length === 0) return [answer];
  const cuts = parts.flatMap((part) => cutPart(part));
  return cuts.map((part, i) => {
    const isLast = i === cuts.length - 1;
    const { finishReason, ...rest } = candidate;
    const piece = { ...rest, content: { ...candidate.content, parts: [part] }, ...(isLast && { finishReason }) };
    return { ...answer, candidates: [piece], ...usageAt(answer, isLast ? 1 : (i + 1) / cuts.length) };
  });
}

function cutPart<Part extends { text?: string }>(part: Part): Part[] {
  const characters = Array.from(part.text ?? "");
  if (characters.length === 0) return [part];
  const count = Math.ceil(characters.length / pieceCharacters);
  return Array.from({ length: count }, (_, i) => ({
    ...part,
    text: characters.slice(i * pieceCharacters, (i + 1) * pieceCharacters).join(""),
  }));
}

function usageAt({ usageMetadata }: Answer, share: number): Pick<Answer, "usageMetadata"> {
  if (usageMetadata === undefined) return {};
  const { promptTokenCount = 0, candidatesTokenCount = 0, totalTokenCount = 0 } = usageMetadata;
  const soFar = Math.round(candidatesTokenCount * share);
  const total = share === 1 ? totalTokenCount : promptTokenCount + soFar;
  return { usageMetadata: { ...usageMetadata, candidatesTokenCount: soFar, totalTokenCount: total } };
}

/** Frames end in CRLF CRLF, and there is no end mark. */
export function eventFrames(pieces: readonly unknown[]): string[] {
  return pieces.map((piece) => `data: ${toJson(piece, 0)}\r\n\r\n`);
}

/** Without alt=sse: one JSON list, element by element. */
export function listFrames(pieces: readonly unknown[]): string[] {
  return pieces.map(
    (piece, i) => `${i === 0 ? "[" : ",\r\n"}${toJson(piece).trimEnd()}${i === pieces.length - 1 ? "\n]\n" : ""}`,
  );
}
