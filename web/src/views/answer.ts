/** Ask and Stop, and what came back: the answer, and what it used beside what was estimated. */

import { type Estimate, GeminiClient, type GenerateContentResponse } from "gemini-vision-wasm";
import { keyFor } from "../connection.js";
import { currentAsk } from "../current-ask.js";
import { find, make } from "../dom.js";
import { count, duration, usdPerCall } from "../format.js";
import type { Store } from "../state.js";
import { type Problem, showProblem } from "./problem.js";

/** What is asked, taken down when the button is pressed: everything on the page may change while the answer is on its way. */
interface Asked {
  readonly ask: NonNullable<ReturnType<typeof currentAsk>>;
  readonly estimate: Estimate | undefined;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly emulator: boolean;
}

export function setUpAnswer(store: Store): void {
  const askButton = find("ask", HTMLButtonElement);
  const stopButton = find("stop", HTMLButtonElement);
  const status = find("ask-status", HTMLElement);
  const problem = find("ask-problem", HTMLElement);
  const answer = find("answer", HTMLElement);
  let running: AbortController | undefined;

  async function run(): Promise<void> {
    if (running !== undefined) return;
    const asked = toAsked(store);
    showProblem(problem, "code" in asked ? asked : null);
    if ("code" in asked) {
      if (asked.code === noKey) askForKey();
      return;
    }
    running = new AbortController();
    show(true);
    status.textContent = `Asking ${asked.ask.model}…`;
    answer.hidden = true;
    const startedAt = performance.now();
    try {
      const response = await send(asked, running.signal);
      status.textContent = `${asked.ask.model} answered in ${duration(performance.now() - startedAt)}.`;
      answer.replaceChildren(...describe(response, asked));
      answer.hidden = false;
    } catch (error) {
      status.textContent = running.signal.aborted ? stopped(asked) : "";
      if (!running.signal.aborted) showProblem(problem, error);
    }
    running = undefined;
    show(false);
  }

  /** Ask and Stop take turns in one place, and the focus goes along. */
  function show(isRunning: boolean): void {
    const [leaving, coming] = isRunning ? [askButton, stopButton] : [stopButton, askButton];
    const focused = document.activeElement === leaving;
    leaving.hidden = true;
    coming.hidden = false;
    if (focused) coming.focus();
  }

  askButton.addEventListener("click", () => void run());
  stopButton.addEventListener("click", () => running?.abort());
  find("prompt", HTMLTextAreaElement).addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void run();
  });
}

const noKey = "no-key";

function askForKey(): void {
  find("connection", HTMLDetailsElement).open = true;
  find("api-key", HTMLInputElement).focus();
}

function toAsked({ state }: Store): Asked | Problem {
  const ask = currentAsk(state);
  if (ask === null) return { code: "nothing-to-send", message: "Add a picture or write a prompt first." };
  if (state.connection === null) return { code: "no-address", message: "There is no API address to ask." };
  const { baseUrl, emulator } = state.connection;
  const apiKey = keyFor(state.connection, state.apiKey);
  if (apiKey === undefined) {
    return { code: noKey, message: "Google's API wants a key. Type yours into the field above." };
  }
  return { ask, estimate: state.estimates.get(ask.model), baseUrl, apiKey, emulator };
}

function stopped({ emulator }: Asked): string {
  return emulator ? "Stopped." : "Stopped. What the service has worked on until now may still be billed.";
}

function send({ ask, baseUrl, apiKey }: Asked, signal: AbortSignal): Promise<GenerateContentResponse> {
  return new GeminiClient({ apiKey, baseUrl }).models.generateContent(ask, { signal });
}

function describe(response: GenerateContentResponse, asked: Asked): Node[] {
  const text = make("div", { className: "answer-text", textContent: response.text });
  const nodes: Node[] = response.text === "" ? [withoutText(response)] : [text];
  const { finishReason } = response.candidates[0] ?? {};
  if (response.text !== "" && finishReason !== undefined && finishReason !== "STOP") {
    nodes.push(make("p", { className: "warning", textContent: `The answer ended early: ${finishReason}.` }));
  }
  nodes.push(usageTable(response, asked));
  if (asked.emulator)
    nodes.push(make("p", { className: "note", textContent: "The emulator answered: nothing was billed." }));
  return nodes;
}

function withoutText({ promptFeedback, candidates }: GenerateContentResponse): HTMLElement {
  const reason = promptFeedback?.blockReason ?? candidates[0]?.finishReason ?? "no candidate";
  return make("p", { className: "warning", textContent: `The answer holds no text: ${reason}.` });
}

function usageTable({ usageMetadata: usage, cost }: GenerateContentResponse, { estimate }: Asked): HTMLElement {
  const tokens = (value: number | undefined): string => (value === undefined ? "" : count(value));
  const dollars = (value: number | undefined): string => (value === undefined ? "" : usdPerCall(value));
  const rows: [name: string, estimated: string, reported: string][] = [
    ["Prompt tokens", tokens(estimate?.tokens), tokens(usage?.promptTokenCount)],
    ["Answer tokens", "", tokens(usage?.candidatesTokenCount)],
    ["Thought tokens", "", tokens(usage?.thoughtsTokenCount)],
    ["Cost of the prompt", dollars(estimate?.cost?.inputUsd), dollars(cost?.inputUsd)],
    ["Cost of the answer", "", dollars(cost?.outputUsd)],
    ["Cost", "", dollars(cost?.usd)],
  ];
  const body = rows
    .filter(([, estimated, reported]) => estimated !== "" || reported !== "")
    .map(([name, estimated, reported]) =>
      make(
        "tr",
        {},
        make("th", { scope: "row", textContent: name }),
        make("td", { textContent: estimated }),
        make("td", { textContent: reported }),
      ),
    );
  const heads = ["Usage", "Estimated", "Reported"].map((title) => make("th", { scope: "col", textContent: title }));
  return make("table", { className: "usage" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
}
