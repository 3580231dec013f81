/** What a batch run would cost: every picture estimated from its header, at the Batch API's prices. */

import path from "node:path";
import { estimate } from "../estimate.js";
import { models, retirementWarnings } from "../models.js";
import { probe } from "../probe.js";
import { refuseType } from "../sendable.js";
import type { MediaFacts } from "../types.js";
import { exitCodes, forEachFile, print, printJson, warn } from "./command.js";
import { askConfig } from "./contents.js";
import { count, table, usd } from "./format.js";
import { maxOutputTokens, type OptionValues } from "./options.js";
import { maxCost, nothingSent, refuseDear, scopeOf, unknownParts } from "./spending.js";

interface Question {
  readonly folder: string;
  readonly model: string;
  readonly prompt: string;
}

interface Outlook {
  /** Why a picture cannot be asked about: what cannot be estimated is not sent, for it would be outside of any bound. */
  readonly failures: ReadonlyMap<string, unknown>;
  /** The exit code when that is all there is to do; undefined when the run may begin. */
  readonly stop: number | undefined;
}

/** @throws InputError `unknown-model` where a cost is asked for that nobody can know */
export async function beforeBatch(
  values: OptionValues,
  question: Question,
  names: readonly string[],
): Promise<Outlook> {
  const isDry = values["dry-run"] === true;
  warn(question.model, retirementWarnings(question.model));
  if (!isDry && maxCost(values) === undefined) return { failures: new Map(), stop: undefined };
  models.get(question.model); // said once, not of every picture
  const totals = await estimateAll(values, question, names);
  const { failures } = totals;
  if (isDry) report(values, question, totals);
  const refused = refuseDear(values, question.model, totals);
  if (!isDry) return { failures, stop: refused };
  return { failures, stop: refused ?? (failures.size === 0 ? exitCodes.done : exitCodes.failed) };
}

type Totals = Awaited<ReturnType<typeof estimateAll>>;

function report(values: OptionValues, { model }: Question, totals: Totals): void {
  const { failures, pictures, tokens, unknown, cost } = totals;
  const complete = unknown.length === 0;
  if (values.json === true) {
    printJson({ dryRun: true, model, pictures, failed: failures.size, tokens, complete, cost });
    return;
  }
  const least = complete ? "" : "at least ";
  const rows = [
    ["model", model],
    ["pictures", count(pictures)],
    ["tokens", `${least}${count(tokens)}`],
    ["cost", cost === null ? "no known price" : `${least}${usd(cost.usd)} ${scopeOf(cost)}, at the Batch API's prices`],
  ];
  print(`${nothingSent} It would be:\n${table(rows, "ll")}`);
}

async function estimateAll(values: OptionValues, { folder, model, prompt }: Question, names: readonly string[]) {
  const outputTokens = maxOutputTokens(values);
  const options = { batch: true, via: "files", ...(outputTokens !== undefined && { outputTokens }) } as const;
  const config = askConfig(values);
  const failures = new Map<string, unknown>();
  const unknown: string[] = [];
  let tokens = 0;
  let total: number | null = 0;
  await forEachFile(names, "estimating", async (name) => {
    try {
      const info = await probe(path.join(folder, name));
      refuseType(info.mimeType);
      const media = info as MediaFacts;
      const one = await estimate({ model, contents: [{ media }, prompt], ...(config && { config }) }, options);
      tokens += one.tokens;
      total = total === null || one.cost === null ? null : total + one.cost.usd;
      unknown.push(...unknownParts(one).map((part) => `${name}: ${part}`));
    } catch (error) {
      failures.set(name, error);
      throw error;
    }
  });
  const covers = outputTokens === undefined ? "input" : "input+output";
  const cost = total === null ? null : ({ usd: total as number, covers } as const);
  return { failures, pictures: names.length - failures.size, tokens, unknown, cost };
}
