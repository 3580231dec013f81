import { dayOf, isRetired, models, priceAt } from "../models.js";
import type { ModelInfo, PriceRow } from "../types.js";
import { type Command, exitCodes, print, printJson } from "./command.js";
import { count, headedTable } from "./format.js";
import { estimateOptions } from "./options.js";

export const modelsCommand: Command = {
  name: "models",
  operands: "[ID…]",
  summary:
    "Models with their token rules, prices for a million tokens and context windows; without ids every current one.",
  options: ["at", "all"],
  async run(values, ids) {
    const at = new Date(estimateOptions(values).at ?? Date.now());
    const day = dayOf(at);
    const current = (model: ModelInfo): boolean => values.all === true || !isRetired(model, day);
    const shown = ids.length > 0 ? ids.map((id) => models.get(id)) : models.list().filter(current);
    const priced = shown.map((model) => ({ model, price: priceAt(model, at) }));
    if (values.json === true) {
      for (const { model, price } of priced) printJson({ ...model, price });
      return exitCodes.done;
    }
    const rows = priced.map(({ model, price }) => row(model, price, day));
    print(headedTable([["model", "rules", "in USD", "out USD", "window", ""], ...rows], "llrrrl", ""));
    return exitCodes.done;
  },
};

function row(model: ModelInfo, price: PriceRow | null, day: string): string[] {
  const prices = price === null ? ["?", "?"] : [String(price.input), String(price.output)];
  return [model.id, model.ruleSet, ...prices, count(model.contextWindow), state(model, day)];
}

function state(model: ModelInfo, day: string): string {
  const successor = model.successor === undefined ? "" : `, use ${model.successor}`;
  if (isRetired(model, day)) return `gone since ${model.retired}${successor}`;
  if (model.retired !== undefined) return `ends ${model.retired}${successor}`;
  return model.deprecated !== undefined && model.deprecated <= day ? `deprecated${successor}` : "";
}
