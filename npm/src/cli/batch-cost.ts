/** What a batch run would cost: every picture estimated from its header, at the Batch API's prices. */

import path from "node:path";
import { estimate } from "../estimate.js";
import { retirementWarnings } from "../models.js";
import { probe } from "../probe.js";
import type { MediaFacts } from "../types.js";
import { forEachFile, print, printJson, warn } from "./command.js";
import { askConfig } from "./contents.js";
import { count, table, usd } from "./format.js";
import { maxOutputTokens, type OptionValues } from "./options.js";
import { maxCost, nothingSent, refuseDear, scopeOf } from "./spending.js";

interface Question {
  readonly folder: string;
  readonly model: string;
  readonly prompt: string;
}

/** @returns the exit code when that is all there is to do; undefined when the run may begin */
export async function beforeBatch(
  values: OptionValues,
  question: Question,
  names: readonly string[],
): Promise<number | undefined> {
  const isDry = values["dry-run"] === true;
  warn(question.model, retirementWarnings(question.model));
  if (!isDry && maxCost(values) === undefined) return undefined;
  const { exitCode, pictures, tokens, cost } = await estimateAll(values, question, names);
  const refused = refuseDear(values, question.model, cost);
  if (!isDry) return refused;
  if (values.json === true) {
    printJson({ dryRun: true, model: question.model, pictures, failed: names.length - pictures, tokens, cost });
  } else {
    const rows = [
      ["model", question.model],
      ["pictures", count(pictures)],
      ["tokens", count(tokens)],
      ["cost", cost === null ? "no known price" : `${usd(cost.usd)} ${scopeOf(cost)}, at the Batch API's prices`],
    ];
    print(`${nothingSent} It would be:\n${table(rows, "ll")}`);
  }
  return refused ?? exitCode;
}

async function estimateAll(values: OptionValues, { folder, model, prompt }: Question, names: readonly string[]) {
  const outputTokens = maxOutputTokens(values);
  const options = { batch: true, via: "files", ...(outputTokens !== undefined && { outputTokens }) } as const;
  const config = askConfig(values);
  let [pictures, tokens] = [0, 0];
  let total: number | null = 0;
  const exitCode = await forEachFile(names, "estimating", async (name) => {
    const media = (await probe(path.join(folder, name))) as MediaFacts;
    const one = await estimate({ model, contents: [{ media }, prompt], ...(config && { config }) }, options);
    pictures += 1;
    tokens += one.tokens;
    total = total === null || one.cost === null ? null : total + one.cost.usd;
  });
  const covers = outputTokens === undefined ? "input" : "input+output";
  return { exitCode, pictures, tokens, cost: total === null ? null : ({ usd: total as number, covers } as const) };
}
