/** Keeps estimates and the request in step with what is to be sent. All of it happens in this page. */

import { buildRequest, compare, type Estimate } from "gemini-vision-wasm";
import { currentAsk } from "./current-ask.js";
import { latest } from "./latest.js";
import { offeredModels } from "./offered-models.js";
import type { State, Store } from "./state.js";
import { showProblem } from "./views/problem.js";

/** Long enough not to work on every letter, short enough not to be noticed. */
const typingPauseMs = 120;

export function keepEstimates(store: Store, problem: HTMLElement): void {
  const models = offeredModels().map(({ id }) => id);
  const estimates = latest(
    async (state: State, signal) => {
      const ask = currentAsk(state);
      return ask === null ? [] : compare(ask, { models, signal });
    },
    (outcome) => {
      const found: Estimate[] = "result" in outcome ? outcome.result : [];
      showProblem(problem, "error" in outcome ? outcome.error : null);
      store.set({ estimates: new Map(found.map((estimate) => [estimate.model, estimate])) });
    },
  );
  onChange(store, ["pictures", "prompt", "mediaResolution"], estimates.run);
}

export function keepRequest(store: Store, problem: HTMLElement): void {
  const request = latest(
    async (state: State, signal) => {
      const ask = currentAsk(state);
      return ask === null ? null : buildRequest(ask, { signal });
    },
    (outcome) => {
      showProblem(problem, "error" in outcome ? outcome.error : null);
      store.set({ request: "result" in outcome ? outcome.result : null });
    },
  );
  onChange(store, ["pictures", "prompt", "mediaResolution", "model"], request.run);
}

/** At once, but for typing: then after a pause. */
function onChange(store: Store, members: readonly (keyof State)[], run: (state: State, delayMs: number) => void): void {
  let prompt = store.state.prompt;
  store.watch(members, (state) => {
    run(state, state.prompt === prompt ? 0 : typingPauseMs);
    prompt = state.prompt;
  });
}
