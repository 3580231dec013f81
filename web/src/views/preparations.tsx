/** What is done to media before they are sent: what they need by themselves, and beyond that what is asked for here. */

import { bytes } from "../format.js";
import { type Preparation, preparation } from "../state.js";
import { type Choice, LabelledChoice, OptionalRange, Switch } from "./parts.js";

type Format = NonNullable<Preparation["format"]>;

const formats: readonly Choice<Format>[] = [
  { value: "keep", label: "Keep" },
  { value: "jpeg", label: "JPEG" },
  { value: "png", label: "PNG" },
  { value: "webp", label: "WebP" },
];

/** Only what differs from the package's own choice is named: the code on show carries that and nothing else. */
function set<Name extends keyof Preparation>(name: Name, value: Preparation[Name]): void {
  const { [name]: _, ...rest } = preparation.value;
  preparation.value = value === undefined ? rest : { ...rest, [name]: value };
}

/** What is set, in short, so that nothing is forgotten behind the fold. */
function inShort({ format, quality, maxEdge, maxBytes }: Preparation): string {
  const parts = [
    format?.toUpperCase(),
    maxEdge !== undefined && `${maxEdge} px`,
    maxBytes !== undefined && `at most ${bytes(maxBytes)}`,
    quality !== undefined && `quality ${quality}`,
  ].filter(Boolean);
  return parts.length === 0 ? "as they are" : parts.join(", ");
}

export function Preparations() {
  const now = preparation.value;
  return (
    <fieldset class="preparations">
      <legend>Before sending, for all media</legend>
      <div class="switches">
        <Switch
          label="Turn upright"
          checked={now.upright !== false}
          onChange={(isOn) => set("upright", isOn ? undefined : false)}
        />
        <Switch
          label="Take out metadata"
          checked={now.stripMetadata !== false}
          onChange={(isOn) => set("stripMetadata", isOn ? undefined : false)}
        />
        {/* Also where metadata stay: a picture that is turned is written anew, and its map with it or not. */}
        <Switch
          label="Keep HDR gain map"
          checked={now.keepGainMap === true}
          onChange={(isOn) => set("keepGainMap", isOn || undefined)}
        />
      </div>
      <SizeAndFormat />
    </fieldset>
  );
}

function SizeAndFormat() {
  const now = preparation.value;
  return (
    <details class="fold">
      <summary>
        Size and format <span class="note">{inShort(now)}</span>
      </summary>
      <div class="fold-body">
        <LabelledChoice
          label="Format of pictures"
          name="format"
          choices={formats}
          value={now.format ?? "keep"}
          onChange={(format) => set("format", format === "keep" ? undefined : format)}
        />
        <Limits {...now} />
        <OptionalRange
          id="quality"
          label="Quality"
          {...{ min: 1, max: 100, step: 1, start: 90 }}
          value={now.quality}
          otherwise="the picture's own"
          onChange={(quality) => set("quality", quality)}
        />
        {Object.keys(now).length > 0 && (
          <button
            class="button small"
            type="button"
            onClick={() => {
              preparation.value = {};
            }}
          >
            Use the defaults
          </button>
        )}
        <p class="note">
          Smaller pictures travel faster, but Gemini 2.5 and 3 count them all the same: the media resolution saves
          tokens.
        </p>
      </div>
    </details>
  );
}

function Limits({ maxEdge, maxBytes }: Preparation) {
  return (
    <div class="limits">
      <Limit label="Longest side" unit="px" value={maxEdge} onChange={(edge) => set("maxEdge", edge)} />
      <Limit
        label="File size"
        unit="KB"
        value={maxBytes === undefined ? undefined : maxBytes / 1000}
        onChange={(kilobytes) => set("maxBytes", kilobytes === undefined ? undefined : kilobytes * 1000)}
      />
    </div>
  );
}

/** A number, or none. Taken when it is complete: every digit on the way would prepare all media anew. */
function Limit(props: {
  label: string;
  unit: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
}) {
  const { label, unit, value, onChange } = props;
  return (
    <label class="number">
      <span>{label}, at most</span>
      <span class="with-unit">
        <input
          type="number"
          inputMode="numeric"
          min="1"
          placeholder="any"
          value={value ?? ""}
          onChange={({ currentTarget }) => {
            const typed = Math.round(currentTarget.valueAsNumber);
            onChange(typed >= 1 ? typed : undefined);
          }}
        />
        {unit}
      </span>
    </label>
  );
}
