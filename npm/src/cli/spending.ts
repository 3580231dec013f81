/** `--dry-run` and `--max-cost`: what a command would cost, known before anything is sent. */

import { estimate } from "../estimate.js";
import { retirementWarnings } from "../models.js";
import type { Ask, EstimateCost } from "../types.js";
import { complain, exitCodes, print, printJson, warn } from "./command.js";
import { estimateRows } from "./estimate.js";
import { table, usd } from "./format.js";
import { maxOutputTokens, type OptionValues, text, UsageError } from "./options.js";

export const nothingSent = "Nothing was sent.";

/** @returns undefined without --max-cost */
export function maxCost(values: OptionValues): number | undefined {
  const given = text(values, "max-cost");
  if (given === undefined) return undefined;
  if (/^(\d+\.?\d*|\.\d+)$/.test(given)) return Number(given);
  throw new UsageError(`--max-cost takes US dollars such as 0.05, not "${given}".`);
}

/** Complains when `cost` is beyond --max-cost, or nobody knows what it is. @returns the exit code then */
export function refuseDear(
  values: OptionValues,
  subject: string,
  cost: Pick<EstimateCost, "usd" | "covers"> | null,
): number | undefined {
  const most = maxCost(values);
  if (most === undefined || (cost !== null && cost.usd <= most)) return undefined;
  const reason =
    cost === null
      ? "has no known price, so --max-cost cannot be kept"
      : `would cost ${usd(cost.usd)} ${scopeOf(cost)}, more than --max-cost ${text(values, "max-cost")}`;
  complain(subject, new Error(`${reason}. ${nothingSent}`));
  return exitCodes.tooDear;
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
  return refuseDear(values, ask.model, planned.cost) ?? (isDry ? exitCodes.done : undefined);
}
