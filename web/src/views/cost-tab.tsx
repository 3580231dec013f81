/** What it costs: the arithmetic of the chosen model, what a month comes to, and every model beside every resolution. */

import type { Estimate, EstimatePart, Warning } from "gemini-vision-wasm";
import { chosen, chosenDocumented, isExample } from "../estimates.js";
import { count, day } from "../format.js";
import { answerTokens, batch, callsPerDay, items, mostCount } from "../state.js";
import { assign } from "./assign.js";
import { CostTable } from "./cost-table.js";
import { Switch } from "./parts.js";

export function CostTab() {
  const estimate = chosen.value;
  if (estimate === undefined) return <p class="note">Counting…</p>;
  return (
    <>
      <Arithmetic estimate={estimate} />
      <Projection />
      <CostTable />
      {estimate.cost !== null && <PriceLine cost={estimate.cost} />}
    </>
  );
}

/** "a", then "an": what is counted is named after the file it stands for. */
function nameOf({ kind }: EstimatePart, index: number): string {
  if (isExample.value && index === 0) return "Example";
  return items.value[index]?.name ?? (kind === "text" ? "Text" : kind);
}

/** What Gemini does not take is told beside the medium, with what this page can do about it. */
const isOfCost = ({ code }: Warning): boolean => code !== "unsupported";

function Arithmetic({ estimate: { parts, fits, contextWindow, warnings } }: { estimate: Estimate }) {
  const documented = chosenDocumented.value?.parts;
  return (
    <div class="arithmetic">
      <h3>The arithmetic</h3>
      <ol>
        {parts.map((part, i) => (
          <li key={i}>
            <span class="part-name" title={nameOf(part, i)}>
              {nameOf(part, i)}
            </span>
            <span class="part-words">
              {part.explanation}
              <Documented part={part} other={documented?.[i]} />
            </span>
            <span class={`chip basis-${part.basis}`}>{part.basis}</span>
          </li>
        ))}
      </ol>
      {warnings.filter(isOfCost).map(({ code, message }, i) => (
        <p key={i} class="warning">
          <span>
            {message} <code>{code}</code>
          </span>
        </p>
      ))}
      {!fits && <p class="warning">More than the {count(contextWindow)} tokens this model takes.</p>}
    </div>
  );
}

/** Where the published rules come to another number than the recorded bills. */
function Documented({ part, other }: { part: EstimatePart; other: EstimatePart | undefined }) {
  if (other === undefined || other.tokens === part.tokens) return null;
  return (
    <span class="documented">
      {other.basis === "documented" ? "Google's tables" : "By Google's rules"}: {other.explanation}
    </span>
  );
}

function Projection() {
  return (
    <fieldset class="projection">
      <legend>Project it</legend>
      <NumberField label="Calls a day" value={callsPerDay.value} onInput={assign(callsPerDay)} />
      <NumberField label="Answer tokens" value={answerTokens.value} onInput={assign(answerTokens)} />
      <Switch label="Batch API prices" checked={batch.value} onChange={assign(batch)} />
    </fieldset>
  );
}

function NumberField({ label, value, onInput }: { label: string; value: number; onInput: (value: number) => void }) {
  return (
    <label class="number">
      <span>{label}</span>
      <input
        type="number"
        inputMode="numeric"
        min="0"
        max={mostCount}
        value={value}
        onInput={(event) => {
          const typed = event.currentTarget.valueAsNumber;
          if (Number.isFinite(typed) && typed >= 0 && typed <= mostCount) onInput(Math.round(typed));
        }}
      />
    </label>
  );
}

function PriceLine({ cost }: { cost: NonNullable<Estimate["cost"]> }) {
  return (
    <p class="note">
      ${cost.inputPerMillion} for a million input tokens, ${cost.outputPerMillion} for a million output tokens
      {cost.batch && ", as a batch"}, in force since {day(cost.effectiveFrom)}, last checked {day(cost.pricesAsOf)}.
    </p>
  );
}
