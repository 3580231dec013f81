/** The chosen medium, large: as it would be sent, before and after, or under the grid that is billed. */

import type { EstimatePart, MediaFacts, Size } from "gemini-vision-wasm";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { chosen, example } from "../estimates.js";
import { clock, plural, size } from "../format.js";
import {
  type Item,
  type ItemContent,
  isFile,
  items,
  preparation,
  selected,
  type ViewerMode,
  viewerMode,
} from "../state.js";
import { isConvertible } from "../taken.js";
import { assign } from "./assign.js";
import { CropFields, CropStage } from "./crop.js";
import { GridLines } from "./grid-lines.js";
import { type Choice, Segmented } from "./parts.js";
import { Picture } from "./picture.js";

/** The part of the estimate that stands for an item. */
function partOf(item: Item): EstimatePart | undefined {
  return chosen.value?.parts[items.value.indexOf(item)];
}

/** What an estimate lays its grid over: a picture, a frame, a page. */
function frameOf(facts: MediaFacts): Size | null {
  if (facts.kind === "audio") return null;
  if (facts.kind === "document") return facts.pageSizes?.[0] ?? { width: 612, height: 792 };
  const { uprightWidth, uprightHeight } = facts;
  return uprightWidth && uprightHeight ? { width: uprightWidth, height: uprightHeight } : null;
}

/** A turned picture is worth a look at both sides; of a size alone there is nothing but the grid to see. */
function defaultMode({ content }: Item): ViewerMode {
  if (content === null) return "grid";
  return content.prepared.changes.some(({ code }) => code === "turned-upright") ? "compare" : "sent";
}

function modesFor({ facts, content }: Item, part: EstimatePart | undefined): Choice<ViewerMode>[] {
  const isPicture = facts.kind === "image" && content !== null;
  const isSent = content === null || content.prepared.info.supported;
  const hasGrid = part?.grid !== undefined || part?.tiles !== undefined;
  const canCrop = isPicture && preparation.value.upright !== false && (isSent || isConvertible(content.prepared));
  return [
    { value: "sent", label: isSent ? "As sent" : "As stored" },
    ...(isPicture && isSent ? [{ value: "compare", label: "Compare" } as const] : []),
    ...(hasGrid ? [{ value: "grid", label: "Token grid" } as const] : []),
    // A crop is one of the upright picture: where nothing is turned there may be none.
    ...(canCrop ? [{ value: "crop", label: "Crop" } as const] : []),
  ];
}

export function Viewer() {
  const item = selected.value;
  if (item === null) return null;
  const part = partOf(item);
  const modes = modesFor(item, part);
  const wanted = viewerMode.value ?? defaultMode(item);
  const mode = modes.some(({ value }) => value === wanted) ? wanted : "sent";
  return (
    <div class="viewer">
      <Stage key={item.content?.prepared.blob ?? item.id} item={item} mode={mode} part={part} />
      <div class="viewer-tools">
        {modes.length > 1 && (
          <Segmented
            label="What the picture shows"
            name="viewer-mode"
            choices={modes}
            value={mode}
            onChange={assign(viewerMode)}
          />
        )}
        <p class="note">{captionOf(item, mode, part)}</p>
        {mode === "crop" && isFile(item) && <CropFields item={item} />}
      </div>
    </div>
  );
}

function captionOf({ facts }: Item, mode: ViewerMode, part: EstimatePart | undefined): string {
  if (mode === "grid" && part?.tiles) {
    const { columns, rows, width, height, overview } = part.tiles;
    return `${columns} × ${rows} tiles of ${width} × ${height} px${overview ? ", and one of the whole" : ""}`;
  }
  if (mode === "grid" && part?.grid) return `${part.grid.columns} × ${part.grid.rows} cells, a token each`;
  if (mode === "compare") return "Drag the line: left as stored, right as sent";
  if (mode === "crop") return "Draw over the part to send";
  if (facts.kind === "document") return plural(facts.pages, "page");
  if (facts.kind === "video" || facts.kind === "audio") return clock(facts.durationSeconds);
  return size(facts.uprightWidth, facts.uprightHeight);
}

/** Before there is anything: the example that is counted, as a sheet under its grid. */
export function Example() {
  const frame = frameOf(example);
  const part = chosen.value?.parts[0];
  return (
    <div class="example">
      <div class="example-sheet">
        {frame && <Blank frame={frame} text="Example: a 12 megapixel photo" part={part} />}
      </div>
      <p class="note">{exampleCaption(part)}</p>
    </div>
  );
}

function exampleCaption(part: EstimatePart | undefined): string {
  const pixels = "a 12 megapixel photo";
  if (part?.grid) return `Example: ${pixels} is ${part.grid.columns} × ${part.grid.rows} cells, a token each`;
  if (part?.tiles) return `Example: ${pixels} is ${part.tiles.columns} × ${part.tiles.rows} tiles`;
  return `Example: ${pixels} is one flat amount`;
}

interface StageProps {
  item: Item;
  mode: ViewerMode;
  part: EstimatePart | undefined;
}

function Stage({ item, mode, part }: StageProps) {
  return (
    <div class={`stage${item.facts.kind === "audio" ? " is-audio" : ""}`}>
      <Medium {...{ item, mode, part }} />
    </div>
  );
}

function Medium({ item, mode, part }: StageProps) {
  const { facts, content, name } = item;
  const frame = frameOf(facts);
  const grid = mode === "grid" && frame && part && <GridLines frame={frame} part={part} />;
  if (content === null || facts.kind === "document") {
    return (
      <>
        {frame && <Blank frame={frame} text={blankText(item)} part={grid ? part : undefined} />}
        <p class="blank-text" aria-hidden="true">
          {blankText(item)}
        </p>
      </>
    );
  }
  if (facts.kind === "audio") {
    // biome-ignore lint/a11y/useMediaCaption: a person's own file, without captions
    return <audio src={content.sentUrl} controls aria-label={name} />;
  }
  if (facts.kind === "video") {
    return (
      <>
        <video src={content.sentUrl} controls muted playsInline aria-label={name} />
        {grid}
      </>
    );
  }
  if (mode === "crop" && isFile(item)) return <CropStage item={item} />;
  if (mode === "compare") return <Compare name={name} content={content} />;
  return (
    <>
      <Sent name={name} content={content} />
      {grid}
    </>
  );
}

function Sent({ name, content }: { name: string; content: ItemContent }) {
  const { sentUrl, prepared } = content;
  const isSent = prepared.info.supported;
  const alt = `${name}, ${isSent ? "as it would be sent" : "as stored"}`;
  return <Picture url={sentUrl} blob={prepared.blob} alt={alt} otherwise={isSent ? unknown : notShown} />;
}

function blankText({ name, facts, content }: Item): string {
  if (content === null) return `${name}: a size only`;
  return facts.kind === "document" ? `${name}, page 1 of ${facts.pages}` : name;
}

/** A sheet of the right shape, where there is no picture to show. */
function Blank(props: { frame: Size; text: string; part: EstimatePart | undefined }) {
  const { frame, text, part } = props;
  return (
    <>
      <svg class="blank" viewBox={`0 0 ${frame.width} ${frame.height}`} role="img" aria-label={text}>
        <rect width={frame.width} height={frame.height} />
      </svg>
      {part && <GridLines frame={frame} part={part} />}
    </>
  );
}

const notShown = <p class="blank-text">This browser cannot show the picture.</p>;
const unknown = <p class="blank-text">This browser cannot show the picture. What is sent is not touched by that.</p>;

/** Two pictures in one frame and a line between them; a range control, so that keys move it as well. */
function Compare({ name, content }: { name: string; content: ItemContent }) {
  const [split, setSplit] = useState(50);
  const frame = useRef<HTMLDivElement>(null);
  // A style of an element is within the page's policy; one in the markup is not.
  useLayoutEffect(() => frame.current?.style.setProperty("--split", `${split}%`), [split]);
  return (
    <div ref={frame} class="compare">
      <Sent name={name} content={content} />
      <Picture
        class="before"
        url={content.sourceUrl}
        blob={content.file}
        alt={`${name}, as stored`}
        otherwise={unknown}
      />
      <span class="compare-label is-before" aria-hidden="true">
        As stored
      </span>
      <span class="compare-label is-after" aria-hidden="true">
        As sent
      </span>
      <span class="compare-line" aria-hidden="true" />
      <input
        type="range"
        min="0"
        max="100"
        step="1"
        value={split}
        aria-label="Where the stored picture ends and the sent one begins"
        aria-valuetext={`${split}% as stored`}
        onInput={(event) => setSplit(Number(event.currentTarget.value))}
      />
    </div>
  );
}
