/**
 * Tokens as arithmetic a person can follow. An explanation is a chain of equal expressions, then a colon and words:
 * "258 × (2 × 2 + 1) = 1290: tiles of 377 px and one overview". Every expression in the chain has the value of the part's
 * tokens, which a test computes.
 */

import { methods } from "./generated/models.js";
import type { tokenFields } from "./generated/vocabulary.js";

/** What the core answered for one part, by field. */
type Counted = Record<(typeof tokenFields)[number], number>;

/** One summand: as the rule has it, as numbers, and what it comes to. */
export interface Term {
  readonly rule: string;
  readonly numbers: string;
  readonly value: number;
  readonly words: string;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** One picture, page or frame. */
export function unitTerm(counted: Counted, { width, height }: Size): Term {
  const { columns, rows, value, unitTokens, tileEdge, overview } = counted;
  const method = methods[counted.method];
  if (columns === 0) {
    const unknown = method === "flat" ? "" : "; the size is not known";
    return { rule: `${value}`, numbers: `${value}`, value: unitTokens, words: `flat${unknown}` };
  }
  if (method === "tiles") {
    const extra = overview === 0 ? "" : ` + ${overview}`;
    return {
      rule: `${value} × (⌈${width} / ${tileEdge}⌉ × ⌈${height} / ${tileEdge}⌉${extra})`,
      numbers: `${value} × (${columns} × ${rows}${extra})`,
      value: unitTokens,
      words: `tiles of ${tileEdge} px${overview === 0 ? "" : " and one overview"}, ${value} tokens each`,
    };
  }
  const line = oneLine(counted, { width, height });
  const grid = `⌊√(${value} × ${width} / ${height})⌋ × ⌊√(${value} × ${height} / ${width})⌋`;
  return {
    rule: line ?? grid,
    numbers: `${columns} × ${rows}`,
    value: unitTokens,
    words: line === undefined ? `a grid within a budget of ${value}` : `one line of cells within a budget of ${value}`,
  };
}

/** Pictures too long for the grid are a single line of square cells. */
function oneLine({ columns, rows, value }: Counted, { width, height }: Size): string | undefined {
  if (rows === 1 && value * height < width) return `min(⌊${width} / ${height}⌋, ${value}) × 1`;
  if (columns === 1 && value * width < height) return `1 × min(⌊${height} / ${width}⌋, ${value})`;
  return undefined;
}

export function times(count: number, term: Term): Term {
  if (count === 1) return term;
  const wrap = (text: string): string => (/^\d+$/.test(text) ? text : `(${text})`);
  return {
    rule: `${count} × ${wrap(term.rule)}`,
    numbers: `${count} × ${wrap(term.numbers)}`,
    value: count * term.value,
    words: term.words,
  };
}

/** Sound, by the second; the brackets tell how it is rounded. */
export function soundTerm({ soundTokens, tokensPerSecond }: Counted, seconds: number): Term {
  const product = `${tokensPerSecond} × ${seconds}`;
  const rule = roundingOf(tokensPerSecond * seconds, soundTokens, product);
  return { rule, numbers: `${soundTokens}`, value: soundTokens, words: `${tokensPerSecond} tokens a second of sound` };
}

/** How `exact` became `whole`: the plainest rounding that does it. */
function roundingOf(exact: number, whole: number, text: string): string {
  if (exact === whole) return text;
  if (Math.round(exact) === whole && exact - Math.floor(exact) >= 0.5) return `round(${text})`;
  if (Math.ceil(exact) === whole) return `⌈${text}⌉`;
  return Math.floor(exact) === whole ? `⌊${text}⌋` : `round(${text})`;
}

/** The chain of a sum. @param before words in front of the terms' own */
export function explain(terms: readonly Term[], before: string[] = []): string {
  const sum = terms.reduce((total, { value }) => total + value, 0);
  const chain = [join(terms, "rule"), join(terms, "numbers"), String(sum)];
  const words = [...before, ...new Set(terms.map((term) => term.words))];
  return `${[...new Set(chain)].join(" = ")}: ${words.join("; ")}`;
}

function join(terms: readonly Term[], member: "rule" | "numbers"): string {
  return terms.map((term) => term[member]).join(" + ");
}
