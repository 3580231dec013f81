/** `--dry-run` and `--max-cost`: what a command would cost, known before anything is sent. */

import { estimate } from "../estimate.js";
import { retirementWarnings } from "../models.js";
import type { Ask, Estimate, EstimateCost } from "../types.js";
import { complain, exitCodes, print, printJson, warn } from "./command.js";
import { estimateRows } from "./estimate.js";
import { count, table, usd } from "./format.js";
import { maxOutputTokens, type OptionValues, text, UsageError } from "./options.js";

export const nothingSent = "Nothing was sent.";

/** @returns undefined without --max-cost */
export function maxCost(values: OptionValues): number | undefined {
  const given = text(values, "max-cost");
  if (given === undefined) return undefined;
  if (/^(\d+\.?\d*|\.\d+)$/.test(given)) return Number(given);
  throw new UsageError(`--max-cost takes US dollars such as 0.05, not "${given}".`);
}

/** What is known of a cost before anything is sent. */
export interface PlannedCost {
  /** null: the model has no known price. */
  readonly cost: Pick<EstimateCost, "usd" | "covers"> | null;
  /** What the cost leaves out, each with its reason: there may be no bound to it. */
  readonly unknown: readonly string[];
}

/** Complains when the cost is beyond --max-cost, or may be. @returns the exit code then */
export function refuseDear(values: OptionValues, subject: string, planned: PlannedCost): number | undefined {
  const reason = reasonToRefuse(values, planned);
  if (reason === undefined) return undefined;
  complain(subject, new Error(`${reason}. ${nothingSent}`));
  return exitCodes.tooDear;
}

function reasonToRefuse(values: OptionValues, { cost, unknown }: PlannedCost): string | undefined {
  const most = maxCost(values);
  if (most === undefined) return undefined;
  if (cost === null) return "has no known price, so --max-cost cannot be kept";
  if (cost.usd > most)
    return `would cost ${usd(cost.usd)} ${scopeOf(cost)}, more than --max-cost ${text(values, "max-cost")}`;
  if (unknown.length === 0) return undefined;
  return `has a cost that is not known beforehand (${listed(unknown)}), so --max-cost cannot be kept`;
}

/** So many are named; of ten thousand films the first few say what is the matter. */
const mostListed = 3;

function listed(reasons: readonly string[]): string {
  const more = reasons.length - mostListed;
  return reasons.slice(0, mostListed).join("; ") + (more > 0 ? `; and ${count(more)} more` : "");
}

/** The parts of an estimate that cannot be known offline. */
export function unknownParts({ parts }: Pick<Estimate, "parts">): string[] {
  return parts.flatMap(({ tokens, kind, explanation }) => (tokens === null ? [`${kind} ${explanation}`] : []));
}

export function scopeOf({ covers }: Pick<EstimateCost, "covers">): string {
  return covers === "input" ? "for the prompt alone" : "with the longest answer";
}

/** @returns the exit code when that is all there is to do; undefined when the request may be sent */
export async function beforeSending(values: OptionValues, ask: Ask): Promise<number | undefined> {
  const isDry = values["dry-run"] === true;
  if (!isDry) warn(ask.model, retirementWarnings(ask.model));
  if (!isDry && maxCost(values) === undefined) return undefined;
  const outputTokens = maxOutputTokens(values);
  const planned = await estimate(ask, outputTokens === undefined ? {} : { outputTokens });
  if (isDry && values.json === true) printJson({ dryRun: true, ...planned });
  else if (isDry) print(`${nothingSent} It would be:\n${table(estimateRows(planned), "ll")}`);
  const unknown = unknownParts(planned);
  return refuseDear(values, ask.model, { cost: planned.cost, unknown }) ?? (isDry ? exitCodes.done : undefined);
}
