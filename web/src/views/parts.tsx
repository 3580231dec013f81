/** Small pieces of which the views are made. */

import type { ComponentChildren } from "preact";
import type { Problem } from "../problem.js";

const icons = {
  add: "M12 5v14M5 12h14",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  check: "M5 12.5l4.5 4.5L19 7",
  down: "M12 4v12m-5-5 5 5 5-5M5 20h14",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  key: "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12l8-8m-3 3 3 3",
  left: "M14 6l-6 6 6 6",
  link: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6L12 7m2 3a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6L12 17",
  moon: "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
  place: "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21zM12 7a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  right: "M10 6l6 6-6 6",
  send: "M5 12h14m-6-6 6 6-6 6",
  stop: "M7 7h10v10H7z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3m0 14v3M2 12h3m14 0h3M5 5l2 2m10 10 2 2m0-14-2 2M7 17l-2 2",
  upload: "M12 16V4m-5 5 5-5 5 5M5 20h14",
  warning: "M12 4 3 20h18zM12 10v4m0 3v.01",
} as const;

type IconName = keyof typeof icons;

/** Decoration only: what it stands for is said in words beside it, or in the label of its button. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={icons[name]} />
    </svg>
  );
}

/** A live region: it stays in the page while it is empty, so that what comes into it is read aloud. */
export function Problems({ problems }: { problems: readonly Problem[] }) {
  return (
    <div class="problems" role="alert">
      {problems.map(({ code, message }) => (
        <p key={message} class="problem">
          <code>{code}</code> {message}
        </p>
      ))}
    </div>
  );
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

/** A few choices side by side, of which one is taken: radio buttons that look like one control, or like pills. */
export function Segmented<Value extends string>(props: {
  label: string;
  name: string;
  choices: readonly Choice<Value>[];
  value: Value;
  look?: "segmented" | "pills";
  onChange: (value: Value) => void;
}) {
  const { label, name, choices, value, look = "segmented", onChange } = props;
  return (
    <fieldset class={look}>
      <legend class="visually-hidden">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            class="visually-hidden"
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** {@link Segmented} under a label that is seen; it is heard as the group's own. */
export function LabelledChoice<Value extends string>(props: {
  label: string;
  name: string;
  choices: readonly Choice<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}) {
  return (
    <div class="field">
      <span class="label" aria-hidden="true">
        {props.label}
      </span>
      <Segmented {...props} />
    </div>
  );
}

/** A range whose value is somebody else's choice until it is moved, and can be given back. */
export function OptionalRange(props: {
  id: string;
  label: string;
  min: number;
  max: number;
  step: number;
  /** Where the handle stands while nothing is chosen. */
  start: number;
  value: number | undefined;
  /** What holds while nothing is chosen. */
  otherwise: string;
  onChange: (value: number | undefined) => void;
}) {
  const { id, label, min, max, step, start, value, otherwise, onChange } = props;
  const decimals = step < 1 ? 1 : 0;
  return (
    <div class="optional-range">
      <label class="range" for={id}>
        <span>{label}</span>
        <input
          id={id}
          type="range"
          {...{ min, max, step }}
          value={value ?? start}
          aria-valuetext={value === undefined ? otherwise : String(value)}
          onChange={(event) => onChange(Number(event.currentTarget.value))}
        />
        <output>{value === undefined ? otherwise : value.toFixed(decimals)}</output>
      </label>
      {value !== undefined && (
        <button class="button small" type="button" onClick={() => onChange(undefined)}>
          Reset
        </button>
      )}
    </div>
  );
}

/** A label above, a hint below. The control inside carries `id`, and `${id}-hint` as its description where there is one. */
export function Field(props: { id: string; label: string; hint?: ComponentChildren; children: ComponentChildren }) {
  const { id, label, hint, children } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint !== undefined && (
        <p id={`${id}-hint`} class="note">
          {hint}
        </p>
      )}
    </div>
  );
}

export function Switch(props: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  const { label, checked, onChange } = props;
  return (
    <label class="switch">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

/** Code, or data, that scrolls: within reach of the keyboard, so it has a name as well. */
export function CodeBox({ id, label, children }: { id?: string; label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be within reach of the keyboard
    <section class="code-box" tabIndex={0} aria-label={label}>
      <pre id={id}>{children}</pre>
    </section>
  );
}

/** Offers bytes as a download; the address lives only as long as the click. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url));
}
