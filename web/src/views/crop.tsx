/** A part of the upright picture instead of all of it: drawn with the pointer, or written in numbers. */

import type { Box } from "gemini-vision-wasm";
import { useRef, useState } from "preact/hooks";
import { cropItem } from "../intake.js";
import { type FileItem, sourceSize } from "../state.js";
import { Picture } from "./picture.js";

/** In pixels; what is smaller was a click. */
const leastSide = 8;

/** Laid over the stage, in the picture's own pixels. */
export function CropStage({ item }: { item: FileItem }) {
  const { content, name } = item;
  const { width, height } = sourceSize(item);
  const svg = useRef<SVGSVGElement>(null);
  const start = useRef<DOMPoint | null>(null);
  const [drawn, setDrawn] = useState(content.crop);
  const pointOf = ({ clientX, clientY }: PointerEvent): DOMPoint => {
    const toPicture = svg.current?.getScreenCTM()?.inverse();
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(toPicture);
    const within = (at: number, side: number): number => Math.round(Math.max(0, Math.min(side, at)));
    return new DOMPoint(within(x, width), within(y, height));
  };
  function begin(event: PointerEvent): void {
    svg.current?.setPointerCapture(event.pointerId);
    start.current = pointOf(event);
  }
  function draw(event: PointerEvent): void {
    if (start.current !== null) setDrawn(between(start.current, pointOf(event)));
  }
  function end(): void {
    start.current = null;
    if (drawn !== null && drawn.width >= leastSide && drawn.height >= leastSide) void cropItem(item.id, drawn);
    else setDrawn(content.crop);
  }
  return (
    <>
      <Picture url={content.sourceUrl} blob={content.file} alt={`${name}, whole`} otherwise={null} />
      <svg
        ref={svg}
        class="crop"
        viewBox={`0 0 ${width} ${height}`}
        aria-hidden="true"
        onPointerDown={begin}
        onPointerMove={draw}
        onPointerUp={end}
        onPointerCancel={end}
      >
        <rect class="crop-ground" width={width} height={height} />
        {drawn && <path class="crop-shade" d={`M0 0H${width}V${height}H0Z${outlineOf(drawn)}`} />}
        {drawn && <path class="crop-edge" d={outlineOf(drawn)} />}
      </svg>
    </>
  );
}

function between(one: DOMPoint, other: DOMPoint): Box {
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  return { x, y, width: Math.max(one.x, other.x) - x, height: Math.max(one.y, other.y) - y };
}

function outlineOf({ x, y, width, height }: Box): string {
  return `M${x} ${y}h${width}v${height}h${-width}Z`;
}

const fields = [
  ["x", "Left"],
  ["y", "Top"],
  ["width", "Width"],
  ["height", "Height"],
] as const;

export function CropFields({ item }: { item: FileItem }) {
  const whole = sourceSize(item);
  const crop = item.content.crop ?? { x: 0, y: 0, ...whole };
  /** Kept within the picture: what was typed counts, the others give way. */
  function change(field: keyof Box, value: number): void {
    const typed = { ...crop, [field]: value };
    const x = Math.min(typed.x, whole.width - 1);
    const y = Math.min(typed.y, whole.height - 1);
    const width = Math.min(typed.width, whole.width - x);
    const height = Math.min(typed.height, whole.height - y);
    void cropItem(item.id, { x, y, width, height });
  }
  return (
    <fieldset class="crop-fields">
      <legend class="visually-hidden">Part of the picture that is sent, in pixels</legend>
      {fields.map(([field, label]) => (
        <label key={field} class="number">
          <span>{label}</span>
          <input
            type="number"
            inputMode="numeric"
            min={field === "x" || field === "y" ? 0 : 1}
            value={crop[field]}
            onChange={({ currentTarget }) => {
              const value = Math.round(currentTarget.valueAsNumber);
              if (value >= Number(currentTarget.min)) change(field, value);
            }}
          />
        </label>
      ))}
      {item.content.crop !== null && (
        <button class="button small" type="button" onClick={() => void cropItem(item.id, null)}>
          Whole picture
        </button>
      )}
    </fieldset>
  );
}
