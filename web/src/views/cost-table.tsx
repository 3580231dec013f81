/** Every model beside every resolution. */

import { signal } from "@preact/signals";
import type { Estimate, ModelInfo } from "gemini-vision-wasm";
import { resolutions } from "../ask/current-ask.js";
import { basisOf, estimateOf } from "../estimates.js";
import { count, day, usdPerCall, usdPerMonth } from "../format.js";
import { endOf, offeredModels } from "../offered-models.js";
import { callsPerDay, model as chosenModel, type Resolution, resolution } from "../state.js";
import { CopyButton } from "./copy-button.js";
import { daysPerMonth } from "./summary.js";

/** Written out because the narrow layout displays rows as grids, which drops the roles that a table's elements have. */
const roles = {
  table: { role: "table" },
  rowGroup: { role: "rowgroup" },
  row: { role: "row" },
  columnHeader: { role: "columnheader" },
  rowHeader: { role: "rowheader" },
  cell: { role: "cell" },
} as const;

type Column = "model" | Resolution | "documented" | "month";

interface Sorting {
  readonly column: Column;
  readonly isDescending: boolean;
}

/** null: the package's own order, newest models first. */
const sorting = signal<Sorting | null>(null);

const columns: readonly { readonly id: Column; readonly title: string }[] = [
  { id: "model", title: "Model" },
  ...resolutions.map(({ value, label }) => ({ id: value, title: label })),
  { id: "documented", title: "Documented" },
  { id: "month", title: "A month" },
];

function monthOf({ cost }: Estimate): number | null {
  return cost && cost.usd * callsPerDay.value * daysPerMonth;
}

/** What a column is sorted by. Unknown values go last, whichever way. */
function keyOf({ id }: ModelInfo, column: Column): string | number | null {
  if (column === "model") return id;
  const level = column === "documented" || column === "month" ? resolution.value : column;
  const estimate = estimateOf(id, level, column === "documented" ? "documented" : "observed");
  if (estimate === undefined) return null;
  return column === "month" ? monthOf(estimate) : estimate.tokens;
}

function sorted(models: readonly ModelInfo[]): readonly ModelInfo[] {
  const { value } = sorting;
  if (value === null) return models;
  const sign = value.isDescending ? -1 : 1;
  return models.toSorted((a, b) => {
    const [one, other] = [keyOf(a, value.column), keyOf(b, value.column)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return sign * (one < other ? -1 : Number(one > other));
  });
}

/** Once: up. Again: down. A third time: the order it came in. */
function sortBy(column: Column): void {
  const { value } = sorting;
  if (value?.column !== column) sorting.value = { column, isDescending: false };
  else sorting.value = value.isDescending ? null : { column, isDescending: true };
}

/** As spreadsheets take it: the same rows in the same order, columns between tabs. */
function asText(models: readonly ModelInfo[]): string {
  const levels = resolutions.flatMap(({ label }) => [`${label}, tokens`, `${label}, USD`]);
  const rows = models.map(({ id }) => {
    const now = estimateOf(id, resolution.value);
    const cells = resolutions.flatMap(({ value }) => {
      const estimate = estimateOf(id, value);
      return [estimate?.tokens, estimate?.cost?.inputUsd];
    });
    return [id, ...cells, estimateOf(id, resolution.value, "documented")?.tokens, now && monthOf(now)];
  });
  return [["Model", ...levels, "Documented, tokens", "A month, USD"], ...rows].map((row) => row.join("\t")).join("\n");
}

export function CostTable() {
  const models = sorted(offeredModels());
  return (
    <div class="comparison">
      <div class="card-head">
        <h3>Every model</h3>
        <CopyButton label="Copy table" text={() => asText(models)} />
      </div>
      <div class="costs-frame">
        <table class="costs" {...roles.table}>
          <caption>{captionOf(models)}</caption>
          <thead {...roles.rowGroup}>
            <tr {...roles.row}>
              {columns.map(({ id, title }) => (
                <th
                  key={id}
                  class={id === resolution.value ? "is-chosen" : ""}
                  scope="col"
                  {...roles.columnHeader}
                  aria-sort={
                    sorting.value?.column === id ? (sorting.value.isDescending ? "descending" : "ascending") : "none"
                  }
                >
                  <button type="button" onClick={() => sortBy(id)}>
                    {title}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody {...roles.rowGroup}>
            {models.map((one) => (
              <Row key={one.id} model={one} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function captionOf(models: readonly ModelInfo[]): string {
  const days = models.flatMap(({ pricesAsOf }) => (pricesAsOf === null ? [] : [pricesAsOf])).sort();
  const [first, last] = [days[0], days.at(-1)];
  const when = first === undefined || last === undefined ? "" : ` Prices as of ${day(first)} to ${day(last)}.`;
  return `Input tokens and the price of one call by media resolution, for every current model.${when}`;
}

function Row({ model }: { model: ModelInfo }) {
  const { id } = model;
  const isChosen = chosenModel.value === id;
  const now = estimateOf(id, resolution.value);
  const documented = estimateOf(id, resolution.value, "documented");
  const month = now && monthOf(now);
  return (
    <tr {...roles.row} class={isChosen ? "chosen-row" : ""} data-model={id}>
      <th scope="row" {...roles.rowHeader}>
        <label>
          <input
            type="radio"
            name="row"
            value={id}
            checked={isChosen}
            onChange={() => {
              chosenModel.value = id;
            }}
          />
          <span>
            {id}
            {endOf(model) !== undefined && <span class="end">{endOf(model)}</span>}
          </span>
        </label>
      </th>
      {resolutions.map(({ value, label }) => (
        <td
          key={value}
          {...roles.cell}
          data-title={label}
          class={value === resolution.value ? "is-chosen" : "is-other"}
        >
          <Cell estimate={estimateOf(id, value)} />
        </td>
      ))}
      <td {...roles.cell} class="is-documented" data-title="Documented">
        <span>{documented && count(documented.tokens)}</span>
      </td>
      <td {...roles.cell} class="is-month" data-title="A month">
        <span>{month === undefined || month === null ? "unknown" : usdPerMonth(month)}</span>
      </td>
    </tr>
  );
}

/** A tilde stands for numbers that nobody has published or recorded. */
function Cell({ estimate }: { estimate: Estimate | undefined }) {
  if (estimate === undefined) return null;
  const isUnverified = basisOf(estimate) === "unverified";
  return (
    <>
      <span class="cell-tokens" title={basisOf(estimate)}>
        {isUnverified && <span class="unsure">~</span>}
        {count(estimate.tokens)}
        {!estimate.complete && "+"}
      </span>
      <span class="cell-usd">{estimate.cost === null ? "unknown" : usdPerCall(estimate.cost.inputUsd)}</span>
    </>
  );
}
