/** Model and resolution, and what they come to: always in sight. */

import type { Estimate } from "gemini-vision-wasm";
import { useLayoutEffect, useRef } from "preact/hooks";
import { resolutions } from "../ask/current-ask.js";
import { basisOf, chosen, chosenDocumented, estimateProblem, isExample } from "../estimates.js";
import { count, usdPerCall, usdPerMonth } from "../format.js";
import { endOf, offeredModels } from "../offered-models.js";
import { callsPerDay, model, resolution } from "../state.js";
import { assign, assignText } from "./assign.js";
import { LabelledChoice, Problems } from "./parts.js";

export const daysPerMonth = 30;

/** Tells the styles how high it is: it lies over what scrolls. */
function useHeight() {
  const ref = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const { current } = ref;
    if (current === null) return;
    const observer = new ResizeObserver(() => {
      document.documentElement.style.setProperty("--summary-height", `${current.offsetHeight}px`);
    });
    observer.observe(current, { box: "border-box" });
    return () => observer.disconnect();
  }, []);
  return ref;
}

export function Summary() {
  return (
    <section ref={useHeight()} class="card summary" aria-labelledby="summary-title">
      <h2 id="summary-title" class="visually-hidden">
        Model and cost
      </h2>
      <div class="summary-row">
        <div class="summary-controls">
          <div class="field">
            <label for="model">Model</label>
            <select id="model" value={model} onChange={assignText(model)}>
              {offeredModels().map((one) => (
                <option key={one.id} value={one.id}>
                  {endOf(one) === undefined ? one.id : `${one.id} (${endOf(one)})`}
                </option>
              ))}
            </select>
          </div>
          <LabelledChoice
            label="Media resolution"
            name="resolution"
            choices={resolutions}
            value={resolution.value}
            onChange={assign(resolution)}
          />
        </div>
        <Figures />
      </div>
      <Problems problems={estimateProblem.value === null ? [] : [estimateProblem.value]} />
    </section>
  );
}

function Figures() {
  const estimate = chosen.value;
  if (estimate === undefined) return <p class="figures-wait">Counting…</p>;
  const { tokens, complete, cost } = estimate;
  const month = cost && cost.usd * callsPerDay.value * daysPerMonth;
  return (
    <ul class="figures">
      <li>
        <strong id="tokens">
          {complete ? "" : "≥ "}
          {count(tokens)}
        </strong>
        <span>{isExample.value ? "input tokens for the example" : "input tokens"}</span>
        <Basis estimate={estimate} />
      </li>
      {cost !== null && (
        <li>
          <strong>{usdPerCall(cost.inputUsd)}</strong>
          <span>a call, before the answer</span>
        </li>
      )}
      {month !== null && (
        <li>
          <strong>{usdPerMonth(month)}</strong>
          <span>a month at {count(callsPerDay.value)} calls a day</span>
        </li>
      )}
    </ul>
  );
}

/** How it is known, and what Google's own tables come to where that is another number. */
function Basis({ estimate }: { estimate: Estimate }) {
  const basis = basisOf(estimate);
  const documented = chosenDocumented.value?.tokens;
  return (
    <span class="basis">
      <span class={`chip basis-${basis ?? "unverified"}`}>{basis ?? "text only"}</span>
      {documented !== undefined && documented !== estimate.tokens && <>Google's tables: {count(documented)}</>}
    </span>
  );
}
