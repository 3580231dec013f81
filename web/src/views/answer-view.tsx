/** What came back: as text, as JSON, or drawn over the picture; and what it used beside what was estimated. */

import type { GenerateContentResponse } from "gemini-vision-wasm";
import { useEffect, useState } from "preact/hooks";
import { type Answer, type Asked, answer } from "../ask/asking.js";
import { count, plural, usdPerCall } from "../format.js";
import { type FileItem, sentSize } from "../state.js";
import { work } from "../work/index.js";
import { CopyButton } from "./copy-button.js";
import { Overlay, type Pointing } from "./overlay.js";
import { type Choice, CodeBox, Segmented } from "./parts.js";

type View = "text" | "json" | "overlay";

/** Models may put JSON into a fence. */
const fence = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/;

function asJson(text: string): string | null {
  try {
    const value: unknown = JSON.parse(fence.exec(text)?.[1] ?? text);
    return typeof value === "object" && value !== null ? JSON.stringify(value, null, 2) : null;
  } catch {
    return null;
  }
}

/** The picture that detections are about: the first that was sent. */
function pictureOf({ items }: Asked): FileItem | undefined {
  return items.find(({ facts }) => facts.kind === "image");
}

/** Looked for when the answer is complete, and only in what can hold it. */
function usePointing(current: Answer | null): Pointing | null {
  const [known, setKnown] = useState<{ response: GenerateContentResponse; pointing: Pointing } | null>(null);
  const response = current?.response ?? null;
  useEffect(() => {
    const picture = current === null ? undefined : pictureOf(current.asked);
    if (response === null || current === null || picture === undefined || !/[[{]/.test(current.text)) return;
    const { text } = current;
    work("find", { text, size: sentSize(picture) })
      .then((found) => {
        if (found.length > 0) setKnown({ response, pointing: { picture, text, found } });
      })
      // An answer that cannot be drawn is an answer still: it stands there as text.
      .catch(() => {});
  }, [response]);
  return known !== null && known.response === response ? known.pointing : null;
}

export function AnswerView() {
  const current = answer.value;
  const pointing = usePointing(current);
  const [chosenView, setView] = useState<View | null>(null);
  useEffect(() => setView(null), [current?.asked]);
  if (current === null) return null;
  const json = current.response === null ? null : asJson(current.text);
  const views: Choice<View>[] = [
    ...(pointing ? [{ value: "overlay", label: "Overlay" } as const] : []),
    ...(json ? [{ value: "json", label: "JSON" } as const] : []),
    { value: "text", label: "Text" },
  ];
  const wanted = chosenView ?? views[0]?.value ?? "text";
  const view = views.some(({ value }) => value === wanted) ? wanted : "text";
  return (
    <div class="answer" id="answer" aria-busy={current.response === null}>
      <div class="answer-head">
        <h3>Answer</h3>
        {views.length > 1 && (
          <Segmented label="Show the answer as" name="answer-view" choices={views} value={view} onChange={setView} />
        )}
        {current.response !== null && <CopyButton label="Copy" text={() => current.text} />}
      </div>
      {current.thoughts !== "" && (
        <details class="fold thoughts">
          <summary>Thoughts</summary>
          <p class="answer-text">{current.thoughts}</p>
        </details>
      )}
      {view === "overlay" && pointing !== null && <Overlay {...pointing} />}
      {view === "json" && <CodeBox label="Answer as JSON">{json}</CodeBox>}
      {view === "text" && <Text {...current} />}
      {current.response !== null && <Usage response={current.response} asked={current.asked} />}
    </div>
  );
}

function Text({ text, response }: Answer) {
  const finish = response?.candidates[0]?.finishReason;
  const reason = response?.promptFeedback?.blockReason ?? finish ?? "no candidate";
  return (
    <>
      {(text !== "" || response === null) && <div class="answer-text">{text}</div>}
      {response !== null && text === "" && <p class="warning">The answer holds no text: {reason}.</p>}
      {text !== "" && finish !== undefined && finish !== "STOP" && (
        <p class="warning">The answer ended early: {finish}.</p>
      )}
    </>
  );
}

type UsageRow = readonly [name: string, estimated: string, reported: string];

function usageRows(
  { usageMetadata: usage, cost }: GenerateContentResponse,
  { estimate, answerTokens }: Asked,
): UsageRow[] {
  const tokens = (value: number | undefined): string => (value === undefined ? "" : count(value));
  const dollars = (value: number | undefined): string => (value === undefined ? "" : usdPerCall(value));
  const estimated = estimate?.cost;
  const rows: UsageRow[] = [
    ["Prompt tokens", tokens(estimate?.tokens), tokens(usage?.promptTokenCount)],
    ["Answer tokens", tokens(answerTokens), tokens(usage?.candidatesTokenCount)],
    ["Thought tokens", "", tokens(usage?.thoughtsTokenCount)],
    ["Cost of the prompt", dollars(estimated?.inputUsd), dollars(cost?.inputUsd)],
    ["Cost of the answer", dollars(estimated?.outputUsd), dollars(cost?.outputUsd)],
    ["Cost", dollars(estimated?.usd), dollars(cost?.usd)],
  ];
  return rows.filter(([, estimated, reported]) => estimated !== "" || reported !== "");
}

function Usage({ response, asked }: { response: GenerateContentResponse; asked: Asked }) {
  return (
    <>
      <table class="usage">
        <thead>
          <tr>
            <th scope="col">Usage</th>
            <th scope="col">Estimated</th>
            <th scope="col">Reported</th>
          </tr>
        </thead>
        <tbody>
          {usageRows(response, asked).map(([name, estimated, reported]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{estimated}</td>
              <td>{reported}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        The estimate is for an answer of {plural(asked.answerTokens, "token")}, as set under Cost.
        {asked.answerer !== "google" &&
          ` The ${asked.answerer === "emulator" ? "local emulator" : "page's stand-in"} answered: nothing was billed.`}
      </p>
    </>
  );
}
