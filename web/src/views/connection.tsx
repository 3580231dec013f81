/** Who answers, and with which key: a dialog. */

import { signal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { refusal } from "../ask/asking.js";
import {
  type Answerer,
  answerer,
  apiKey,
  baseUrl,
  baseUrlProblem,
  googleBaseUrl,
  hasEmulator,
  keepKey,
  keyToSend,
} from "../connection.js";
import { assign, assignText } from "./assign.js";
import { Field, Icon, Problems, Switch } from "./parts.js";
import { useDialog } from "./use-dialog.js";

export const connectionOpen = signal(false);
const close = (): void => {
  connectionOpen.value = false;
};

const answerers: readonly { value: Answerer; label: string; note: string }[] = [
  { value: "emulator", label: "Local emulator", note: "Serves this page. Strict as the service, free, and no model." },
  {
    value: "stand-in",
    label: "Stand-in in this page",
    note: "Answers in the API's shapes, without network and model.",
  },
  { value: "google", label: "Gemini API", note: "Google's models, with a key of yours." },
];

export function Connection() {
  const keyField = useRef<HTMLInputElement>(null);
  const dialog = useDialog(connectionOpen.value, close, () => {
    if (keyToSend.value === "") keyField.current?.focus();
  });
  useSignalEffect(() => {
    if (refusal.value?.code === "no-key") connectionOpen.value = true;
  });
  const offered = answerers.filter(({ value }) => value !== "emulator" || hasEmulator.value);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="connection-title">
      <form method="dialog">
        <div class="dialog-head">
          <h2 id="connection-title">Connection</h2>
          <button class="button small square" type="submit" aria-label="Close">
            <Icon name="close" />
          </button>
        </div>
        <fieldset class="options">
          <legend class="visually-hidden">Who answers</legend>
          {offered.map(({ value, label, note }) => (
            <label key={value} class="option">
              <input
                type="radio"
                name="answerer"
                checked={answerer.value === value}
                onChange={() => {
                  answerer.value = value;
                }}
              />
              <span class="option-text">
                <strong>{label}</strong>
                <span class="note">{note}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {answerer.value === "google" && <GoogleFields keyField={keyField} />}
      </form>
    </dialog>
  );
}

function GoogleFields({ keyField }: { keyField: { current: HTMLInputElement | null } }) {
  const problem = baseUrlProblem.value;
  return (
    <>
      <Field
        id="api-key"
        label="API key"
        hint="In memory only, sent in a header to the address below and to nobody else. Use a key of your own, with limits: whoever can run code in a page can read its keys."
      >
        <input
          ref={keyField}
          id="api-key"
          type="password"
          spellcheck={false}
          autocomplete="off"
          aria-describedby="api-key-hint"
          value={apiKey}
          onInput={assignText(apiKey)}
        />
      </Field>
      <Switch label="Keep the key until this tab is closed" checked={keepKey.value} onChange={assign(keepKey)} />
      <Field id="base-url" label="API address" hint={`${googleBaseUrl}, or a proxy on this page's own host.`}>
        <input
          id="base-url"
          type="url"
          spellcheck={false}
          autocomplete="off"
          aria-describedby="base-url-hint"
          aria-invalid={problem !== null}
          value={baseUrl}
          onInput={assignText(baseUrl)}
        />
        <Problems problems={problem === null ? [] : [{ code: "bad-argument", message: problem }]} />
      </Field>
    </>
  );
}
