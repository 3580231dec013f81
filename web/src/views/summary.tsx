/** Model and resolution, and what they come to: always in sight. */

import { resolutions } from "../ask/current-ask.js";
import { basisOf, chosen, chosenDocumented, estimateProblem, isExample } from "../estimates.js";
import { count, usdPerCall, usdPerMonth } from "../format.js";
import { endOf, offeredModels } from "../offered-models.js";
import { callsPerDay, model, resolution } from "../state.js";
import { Problems, Segmented } from "./parts.js";

export const daysPerMonth = 30;

export function Summary() {
  return (
    <section class="card summary" aria-labelledby="summary-title">
      <h2 id="summary-title" class="visually-hidden">
        Model and cost
      </h2>
      <div class="summary-controls">
        <div class="field">
          <label for="model">Model</label>
          <select
            id="model"
            value={model}
            onChange={(event) => {
              model.value = event.currentTarget.value;
            }}
          >
            {offeredModels().map((one) => (
              <option key={one.id} value={one.id}>
                {endOf(one) === undefined ? one.id : `${one.id} (${endOf(one)})`}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <span class="label" aria-hidden="true">
            Media resolution
          </span>
          <Segmented
            label="Media resolution"
            name="resolution"
            choices={resolutions}
            value={resolution.value}
            onChange={(value) => {
              resolution.value = value;
            }}
          />
        </div>
      </div>
      <Figures />
      <Problems problems={estimateProblem.value === null ? [] : [estimateProblem.value]} />
    </section>
  );
}

function Figures() {
  const estimate = chosen.value;
  if (estimate === undefined) return <p class="figures-wait">Counting…</p>;
  const { tokens, complete, cost } = estimate;
  const documented = chosenDocumented.value?.tokens;
  const month = cost && cost.usd * callsPerDay.value * daysPerMonth;
  return (
    <>
      <ul class="figures">
        <li>
          <strong id="tokens">
            {complete ? "" : "≥ "}
            {count(tokens)}
          </strong>
          <span>input tokens</span>
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
      <p class="note">
        {isExample.value && <>For a 12 megapixel photo, as an example. </>}
        <span class={`chip basis-${basisOf(estimate) ?? "unverified"}`}>{basisOf(estimate) ?? "text only"}</span>
        {documented !== undefined && documented !== tokens && <> Google's tables say {count(documented)}.</>}
      </p>
    </>
  );
}
