/** Prompt, model, media resolution, and where to ask. */

import type { MediaResolution } from "gemini-vision-wasm";
import { checkBaseUrl, findConnection, googleBaseUrl, keyFor } from "../connection.js";
import { mediaResolutions } from "../current-ask.js";
import { find, make } from "../dom.js";
import { isDeprecated, offeredModels } from "../offered-models.js";
import type { Connection, Store } from "../state.js";
import { showProblem } from "./problem.js";

export function setUpSettings(store: Store): void {
  const prompt = find("prompt", HTMLTextAreaElement);
  prompt.addEventListener("input", () => store.set({ prompt: prompt.value }));
  setUpModel(store);
  const resolution = find("media-resolution", HTMLSelectElement);
  resolution.append(...mediaResolutions.map(({ value, label }) => make("option", { value, textContent: label })));
  resolution.value = store.state.mediaResolution;
  resolution.addEventListener("change", () => store.set({ mediaResolution: resolution.value as MediaResolution }));
  const key = find("api-key", HTMLInputElement);
  key.addEventListener("input", () => store.set({ apiKey: key.value.trim() }));
  setUpConnection(store);
}

function setUpModel(store: Store): void {
  const select = find("model", HTMLSelectElement);
  const options = offeredModels().map((model) =>
    make("option", { value: model.id, textContent: isDeprecated(model) ? `${model.id} (deprecated)` : model.id }),
  );
  select.append(...options);
  select.addEventListener("change", () => store.set({ model: select.value }));
  store.watch(["model"], ({ model }) => {
    select.value = model;
  });
}

function setUpConnection(store: Store): void {
  const details = find("connection", HTMLDetailsElement);
  const summary = find("connection-summary", HTMLElement);
  const input = find("base-url", HTMLInputElement);
  const problem = find("base-url-problem", HTMLElement);
  // Enter in a form of this page must not send it anywhere; browsers want passwords in forms.
  find("connection-form", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
  let touched = false;
  let emulatorUrl: string | undefined;

  function use(baseUrl: string): void {
    store.set({ connection: { baseUrl, emulator: baseUrl === emulatorUrl } });
  }

  input.addEventListener("input", () => {
    touched = true;
    const checked = checkBaseUrl(input.value.trim());
    const refused = "problem" in checked;
    input.setAttribute("aria-invalid", String(refused));
    showProblem(problem, refused ? { code: "bad-argument", message: checked.problem } : null);
    // After a refused address there is none: Ask must not go to the one before it, which is no longer on show.
    if (refused) store.set({ connection: null });
    else use(checked.baseUrl);
  });
  store.watch(["connection", "apiKey"], ({ connection, apiKey }) => {
    if (connection !== null || touched)
      summary.textContent = describe(connection, keyFor(connection, apiKey) !== undefined);
  });
  void findConnection().then((found) => {
    if (found.emulator) emulatorUrl = found.baseUrl;
    if (touched) return;
    input.value = found.baseUrl;
    details.open = !found.emulator;
    use(found.baseUrl);
  });
}

function describe(connection: Connection | null, hasKey: boolean): string {
  if (connection === null) return "No address to ask";
  if (connection.emulator) return "Local emulator: no key needed";
  if (connection.baseUrl !== googleBaseUrl) return `API at ${connection.baseUrl}`;
  return hasKey ? "Google's API, with your key" : "No local emulator here: Google's API answers, and wants your key";
}
