/** The question: presets, prompt, options; Ask and Stop; the answer. */

import { useEffect, useRef } from "preact/hooks";
import { askProblem, askStatus, countByApi, refusal, run, running } from "../ask/asking.js";
import {
  addSamples,
  choosePreset,
  detectItems,
  detectKind,
  detectKinds,
  missing,
  type Preset,
  preset,
  presetId,
  presetProblem,
  presets,
} from "../ask/presets.js";
import { route } from "../ask/transport.js";
import { uploadProgress } from "../ask/upload.js";
import { answerer } from "../connection.js";
import { chosen, isExample } from "../estimates.js";
import { bytes, plural, usdPerCall } from "../format.js";
import type { Problem } from "../problem.js";
import { isFile, items, prompt } from "../state.js";
import { AnswerView } from "./answer-view.js";
import { AskOptions } from "./ask-options.js";
import { assign, assignText } from "./assign.js";
import { Field, Icon, Problems, Segmented } from "./parts.js";

export function AskTab() {
  return (
    <>
      <Presets />
      <div class="field">
        <label for="prompt">Prompt</label>
        <textarea
          id="prompt"
          rows={3}
          aria-describedby="prompt-hint"
          value={prompt}
          onInput={assignText(prompt)}
          onKeyDown={askOnEnter}
        />
        <p id="prompt-hint" class="note">
          Media go first, the prompt after them. <span class="keys">Ctrl+Enter asks.</span>
        </p>
      </div>
      <AskOptions />
      <Actions />
      <AnswerView />
    </>
  );
}

function askOnEnter(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  void run();
}

function Presets() {
  const problem = presetProblem.value;
  return (
    <div class="presets">
      <Segmented
        label="Presets"
        name="preset"
        look="pills"
        choices={presets.map(({ id, label }) => ({ value: id, label }))}
        value={presetId.value}
        onChange={(id) => choosePreset(presets.find((one) => one.id === id) as Preset)}
      />
      {presetId.value === "detect" && <DetectFields />}
      <Wanting />
      <Problems problems={problem === null ? [] : [problem]} />
    </div>
  );
}

const nouns = { image: "picture", document: "PDF", video: "film", audio: "sound" } as const;

/** Says what the preset is made for, once it does not fit what is there. */
function Wanting() {
  const one = preset();
  const lacking = missing(one);
  if (lacking === 0 || items.value.length === 0) return null;
  return (
    <p class="note wanting">
      This one is made for {plural(one.wants.count, nouns[one.wants.kind])}; {lacking} more to go.{" "}
      <button class="button small" type="button" onClick={() => addSamples(one.samples.slice(-lacking))}>
        <Icon name="add" />
        Add {plural(lacking, "sample")}
      </button>
    </p>
  );
}

function DetectFields() {
  return (
    <div class="fields">
      <Field id="detect-items" label="Find">
        <input id="detect-items" type="text" value={detectItems} onInput={assignText(detectItems)} />
      </Field>
      <div class="field">
        <span class="label" aria-hidden="true">
          As
        </span>
        <Segmented
          label="Find as"
          name="detect-kind"
          choices={detectKinds as { value: (typeof detectKinds)[number]["value"]; label: string }[]}
          value={detectKind.value}
          onChange={assign(detectKind)}
        />
      </div>
    </div>
  );
}

/** Ask and Stop take turns in one place, and the focus goes along. */
function Actions() {
  const isRunning = running.value !== null;
  const button = useRef<HTMLButtonElement>(null);
  const wasRunning = useRef(isRunning);
  const estimate = chosen.value;
  useEffect(() => {
    if (wasRunning.current !== isRunning && document.activeElement === document.body) button.current?.focus();
    wasRunning.current = isRunning;
  }, [isRunning]);
  return (
    <div class="actions-area">
      <div class="actions">
        {isRunning ? (
          <button
            key="stop"
            ref={button}
            class="button"
            type="button"
            onClick={() => running.value?.abort(new DOMException("Stopped.", "AbortError"))}
          >
            <Icon name="stop" />
            {uploadProgress.value === null ? "Stop" : "Cancel upload"}
          </button>
        ) : (
          <>
            <button key="ask" ref={button} class="button primary" type="button" onClick={() => void run()}>
              Ask
              <Icon name="send" />
            </button>
            <button class="button" type="button" onClick={() => void countByApi()}>
              Count
            </button>
          </>
        )}
        <p id="ask-estimate" class="note">
          {estimate?.cost && !isExample.value && <>About {usdPerCall(estimate.cost.inputUsd)}, plus the answer. </>}
          {answerer.value === "stand-in" && <span class="chip">stand-in: no model answers</span>}
          {answerer.value === "emulator" && <span class="chip">emulator: no model answers</span>}
        </p>
      </div>
      <Upload />
      <p id="ask-status" class="note" role="status">
        {askStatus}
      </p>
      <Problems problems={problemsHere()} />
      {items.value.some(isFile) && <p class="note route">{route.value.reason}</p>}
    </div>
  );
}

/** All but a want of media, which is told where they are added. */
function problemsHere(): Problem[] {
  const refused = refusal.value?.code === "no-media" ? null : refusal.value;
  return [refused, askProblem.value].filter((problem) => problem !== null);
}

function Upload() {
  const progress = uploadProgress.value;
  if (progress === null) return null;
  const { name, sentBytes, totalBytes } = progress;
  return (
    <div class="upload">
      <progress aria-label={`Uploading ${name}`} max={totalBytes} value={sentBytes} />
      <span class="note">
        {bytes(sentBytes)} of {bytes(totalBytes)}
      </span>
    </div>
  );
}
