/** The chosen model's estimate, large, with the arithmetic behind it; and its short form beside the Ask button. */

import type { Estimate, EstimatePart } from "gemini-vision-wasm";
import { find, make } from "../dom.js";
import { count, day, plural, usdPerCall, usdPerThousand } from "../format.js";
import type { Store } from "../state.js";
import { hasMedia } from "./costs.js";

export function setUpChosen(store: Store): void {
  const chosen = find("chosen", HTMLElement);
  const short = find("ask-estimate", HTMLElement);
  store.watch(["estimates", "model"], ({ estimates, model }) => {
    const estimate = estimates.get(model);
    const shown = estimate !== undefined && hasMedia(estimate);
    chosen.replaceChildren(...(shown ? [figures(estimate), arithmetic(estimate)] : []));
    short.textContent = estimate === undefined ? "" : `About ${inShort(estimate)}, plus the answer`;
  });
}

function inShort({ tokens, cost }: Estimate): string {
  const price = cost === null ? "price unknown" : usdPerCall(cost.inputUsd);
  return `${plural(tokens, "token")}, ${price}`;
}

function figures({ model, tokens, complete, cost }: Estimate): HTMLElement {
  const rows: [amount: string, unit: string][] = [[`${complete ? "" : "≥ "}${count(tokens)}`, "input tokens"]];
  if (cost !== null) {
    rows.push([usdPerCall(cost.inputUsd), "a call"], [usdPerThousand(cost.inputUsd), "for 1,000 calls"]);
  }
  const list = rows.map(([amount, unit]) =>
    make("li", {}, make("strong", { textContent: amount }), " ", make("span", { textContent: unit })),
  );
  return make(
    "div",
    {},
    make("p", { className: "chosen-model", textContent: model }),
    make("ul", { className: "figures" }, ...list),
  );
}

function arithmetic({ parts, cost, fits, contextWindow, warnings }: Estimate): HTMLElement {
  const lines = parts.map((part, i) =>
    make(
      "li",
      {},
      make("span", { className: "part-name", textContent: nameOf(part, i, parts) }),
      make("span", { textContent: part.explanation }),
      make("span", { className: `chip basis-${part.basis}`, textContent: part.basis }),
    ),
  );
  const notes = warnings.map(({ code, message }) =>
    make("p", { className: "warning" }, make("code", { textContent: code }), ` ${message}`),
  );
  if (!fits) {
    const text = `More than the ${count(contextWindow)} tokens this model takes.`;
    notes.push(make("p", { className: "warning", textContent: text }));
  }
  return make(
    "div",
    { className: "arithmetic" },
    make("ol", {}, ...lines),
    ...notes,
    cost && make("p", { className: "note", textContent: priceLine(cost) }),
  );
}

/** "Picture 2" where there are several, "Picture" where there is one. */
function nameOf({ kind }: EstimatePart, index: number, parts: readonly EstimatePart[]): string {
  const name = kind === "image" ? "Picture" : `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const number = parts.slice(0, index + 1).filter((part) => part.kind === kind).length;
  return parts.filter((part) => part.kind === kind).length > 1 ? `${name} ${number}` : name;
}

function priceLine({
  inputPerMillion,
  outputPerMillion,
  effectiveFrom,
  pricesAsOf,
}: NonNullable<Estimate["cost"]>): string {
  return (
    `$${inputPerMillion} for a million input tokens, $${outputPerMillion} for a million output tokens, ` +
    `in force since ${day(effectiveFrom)}, last checked ${day(pricesAsOf)}.`
  );
}
