/** What a question may carry besides its prompt. Folded away until somebody wants it. */

import { parseSchema } from "../ask/current-ask.js";
import { toProblem } from "../problem.js";
import {
  includeThoughts,
  schemaText,
  systemInstruction,
  type Thinking,
  type Transport,
  temperature,
  thinking,
  transport,
} from "../state.js";
import { assign, assignText } from "./assign.js";
import { type Choice, Field, LabelledChoice, OptionalRange, Problems, Switch } from "./parts.js";

const thinkings: readonly Choice<Thinking>[] = [
  { value: "default", label: "Default" },
  { value: "minimal", label: "Minimal" },
  { value: "low", label: "Low" },
  { value: "medium", label: "Medium" },
  { value: "high", label: "High" },
];

const transports: readonly Choice<Transport>[] = [
  { value: "auto", label: "Automatic" },
  { value: "inline", label: "Inline" },
  { value: "files", label: "File API" },
];

/** What is set, in short, so that nothing is forgotten behind the fold. */
function inShort(): string {
  const set = [
    systemInstruction.value.trim() !== "" && "system instruction",
    temperature.value !== null && `temperature ${temperature.value}`,
    thinking.value !== "default" && `thinking ${thinking.value}`,
    includeThoughts.value && "thoughts",
    schemaText.value.trim() !== "" && "JSON schema",
    transport.value !== "auto" && (transport.value === "files" ? "File API" : "inline"),
  ].filter(Boolean);
  return set.length === 0 ? "all defaults" : set.join(", ");
}

export function AskOptions() {
  return (
    <details class="fold">
      <summary>
        Options <span class="note">{inShort()}</span>
      </summary>
      <div class="fold-body">
        <Field id="system-instruction" label="System instruction">
          <textarea
            id="system-instruction"
            rows={2}
            value={systemInstruction}
            onInput={assignText(systemInstruction)}
          />
        </Field>
        <OptionalRange
          id="temperature"
          label="Temperature"
          {...{ min: 0, max: 2, step: 0.1, start: 1 }}
          value={temperature.value ?? undefined}
          otherwise="the model's own"
          onChange={(value) => {
            temperature.value = value ?? null;
          }}
        />
        <LabelledChoice
          label="Thinking"
          name="thinking"
          choices={thinkings}
          value={thinking.value}
          onChange={assign(thinking)}
        />
        <Switch label="Show thoughts" checked={includeThoughts.value} onChange={assign(includeThoughts)} />
        <Schema />
        <LabelledChoice
          label="Media travel"
          name="transport"
          choices={transports}
          value={transport.value}
          onChange={assign(transport)}
        />
      </div>
    </details>
  );
}

function schemaProblem() {
  try {
    parseSchema(schemaText.value);
    return [];
  } catch (error) {
    return [toProblem(error)];
  }
}

function Schema() {
  const problems = schemaProblem();
  return (
    <Field id="schema" label="JSON schema" hint="With one, the answer is JSON that fits it.">
      <textarea
        id="schema"
        class="mono"
        rows={3}
        spellcheck={false}
        placeholder='{ "type": "object", … }'
        aria-describedby="schema-hint"
        aria-invalid={problems.length > 0}
        value={schemaText}
        onInput={assignText(schemaText)}
      />
      <Problems problems={problems} />
    </Field>
  );
}
