/**
 * Every model's tokens and price for what is there now. The rows are made once and only refilled, so the keyboard stays
 * where it is. Roles are written out because the narrow layout displays rows as grids, which would drop the table's own.
 */

import type { Estimate, EstimatePart, ModelInfo } from "gemini-vision-wasm";
import { find, make } from "../dom.js";
import { count, day, usdPerCall, usdPerThousand } from "../format.js";
import { isDeprecated, offeredModels } from "../offered-models.js";
import type { Store } from "../state.js";

const columns = [
  { name: "model", title: "Model" },
  { name: "tokens", title: "Tokens" },
  { name: "grid", title: "Grid or tiles" },
  { name: "call", title: "USD a call" },
  { name: "thousand", title: "USD for 1,000" },
  { name: "basis", title: "Basis" },
] as const;

/** More would widen the table; the arithmetic of the chosen row lists them all. */
const mostShapes = 2;

type Column = (typeof columns)[number]["name"];

interface Row {
  readonly element: HTMLTableRowElement;
  readonly radio: HTMLInputElement;
  fill(estimate: Estimate | undefined): void;
}

export function setUpCosts(store: Store): void {
  const rows = new Map(offeredModels().map((model) => [model.id, toRow(model, () => store.set({ model: model.id }))]));
  const empty = find("cost-empty", HTMLElement);
  empty.textContent = `Add a picture to see what it costs with each of ${rows.size} models, in tokens and in dollars.`;
  store.watch(["pictures"], ({ pictures }) => {
    empty.hidden = pictures.length > 0;
  });
  const caption = make("caption");
  const table = make(
    "table",
    { className: "costs" },
    caption,
    make("thead", { role: "rowgroup" }, headRow()),
    make("tbody", { role: "rowgroup" }, ...[...rows.values()].map(({ element }) => element)),
  );
  table.setAttribute("role", "table");
  const place = find("costs", HTMLElement);
  place.append(table);
  store.watch(["estimates", "model"], ({ estimates, model }) => {
    for (const [id, { element, radio, fill }] of rows) {
      fill(estimates.get(id));
      radio.checked = id === model;
      element.classList.toggle("chosen-row", id === model);
    }
    place.hidden = ![...estimates.values()].some(hasMedia);
    caption.textContent = captionOf([...estimates.values()]);
  });
}

function headRow(): HTMLTableRowElement {
  const heads = columns.map(({ name, title }) =>
    make("th", { className: `is-${name}`, scope: "col", role: "columnheader", textContent: title }),
  );
  return make("tr", { role: "row" }, ...heads);
}

function toRow(model: ModelInfo, choose: () => void): Row {
  const radio = make("input", { type: "radio", name: "row", value: model.id, onchange: choose });
  const label = make(
    "label",
    {},
    radio,
    make("span", { textContent: model.id }),
    isDeprecated(model) && make("span", { className: "chip", textContent: "deprecated" }),
  );
  const head = make("th", { className: "is-model", scope: "row", role: "rowheader" }, label);
  const cells = columns.slice(1).map(({ name }) => make("td", { className: `is-${name}`, role: "cell" }));
  return {
    element: make("tr", { role: "row" }, head, ...cells),
    radio,
    fill(estimate) {
      columns.slice(1).forEach(({ name }, i) => {
        const cell = cells[i];
        if (cell !== undefined) cell.textContent = estimate === undefined ? "" : cellText(name, estimate);
      });
    },
  };
}

function cellText(column: Column, estimate: Estimate): string {
  const { cost, tokens, complete, parts } = estimate;
  switch (column) {
    case "model":
      return estimate.model;
    case "tokens":
      return complete ? count(tokens) : `≥ ${count(tokens)}`;
    case "grid":
      return shapes(parts);
    case "call":
      return cost === null ? "unknown" : usdPerCall(cost.inputUsd);
    case "thousand":
      return cost === null ? "" : usdPerThousand(cost.inputUsd);
    case "basis":
      return basisOf(parts);
  }
}

/** "34×32", "3×2 tiles + overview", "flat"; for several pictures each shape, with how often it comes. */
function shapes(parts: readonly EstimatePart[]): string {
  const counts = new Map<string, number>();
  for (const part of parts.filter(isMedia)) counts.set(shape(part), (counts.get(shape(part)) ?? 0) + 1);
  if (counts.size > mostShapes) return `${counts.size} shapes`;
  const texts = [...counts].map(([text, times]) => (times === 1 ? text : `${text} (${times})`));
  return texts.join(", ");
}

function shape({ grid, tiles }: EstimatePart): string {
  if (grid !== undefined) return `${grid.columns}×${grid.rows}`;
  if (tiles !== undefined) return `${tiles.columns}×${tiles.rows} tiles${tiles.overview ? " + overview" : ""}`;
  return "flat";
}

/** A sum is as sure as its least sure picture. The text's share is always a guess and does not count here. */
function basisOf(parts: readonly EstimatePart[]): string {
  const found = parts.filter(isMedia).map(({ basis }) => basis);
  return (["unverified", "documented", "observed"] as const).find((basis) => found.includes(basis)) ?? "";
}

function isMedia({ kind }: EstimatePart): boolean {
  return kind !== "text";
}

/** A prompt alone costs next to nothing anywhere: figures for it would only hide what this page is for. */
export function hasMedia({ parts }: Estimate): boolean {
  return parts.some(isMedia);
}

function captionOf(estimates: readonly Estimate[]): string {
  const days = estimates.flatMap(({ cost }) => (cost === null ? [] : [cost.pricesAsOf])).sort();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return "";
  const when = first === last ? `as of ${day(last)}` : `as of ${day(first)} to ${day(last)}`;
  return `What goes in, without the answer, for every current model. Prices ${when}. Pick a row to see its arithmetic and to ask that model.`;
}
