/** What a model found, drawn over the picture it was sent: boxes, points, outlines, masks. */

import type { Size } from "gemini-vision-wasm";
import { useEffect, useRef, useState } from "preact/hooks";
import { type FileItem, sentSize } from "../state.js";
import { work } from "../work/index.js";
import type { Found } from "../work/protocol.js";
import { Icon, save } from "./parts.js";
import { bitmapOf, Picture } from "./picture.js";

/** What an answer points at, in which picture. */
export interface Pointing {
  readonly picture: FileItem;
  readonly text: string;
  readonly found: readonly Found[];
}

/** As many as there are colours in the style sheet: .tone-0 … */
const toneCount = 8;

export function Overlay(pointing: Pointing) {
  const { found } = pointing;
  const [active, setActive] = useState<number | null>(null);
  const [areLabelsShown, setLabelsShown] = useState(true);
  return (
    <div class="overlay">
      <Drawing {...pointing} {...{ active, areLabelsShown, setActive }} />
      <FoundList {...{ found, active, setActive }} />
      <Exports {...pointing}>
        <button
          class="button small"
          type="button"
          aria-pressed={areLabelsShown}
          onClick={() => setLabelsShown(!areLabelsShown)}
        >
          Labels
        </button>
      </Exports>
    </div>
  );
}

/** Which of the things found stands out, if any. */
interface Activity {
  active: number | null;
  setActive: (index: number | null) => void;
}

function Drawing({
  picture,
  found,
  active,
  areLabelsShown,
  setActive,
}: Pointing & Activity & { areLabelsShown: boolean }) {
  const size = sentSize(picture);
  return (
    <div class="stage">
      <Picture
        url={picture.content.sentUrl}
        blob={picture.content.prepared.blob}
        alt={`${picture.name}, with what was found in it`}
        otherwise={null}
      />
      <Masks found={found} size={size} active={active} />
      <svg
        class={`shapes${active === null ? "" : " has-active"}`}
        viewBox={`0 0 ${size.width} ${size.height}`}
        aria-hidden="true"
      >
        {largestFirst(found).map((i) => (
          <Shape
            key={i}
            detection={found[i] as Found}
            tone={i % toneCount}
            unit={Math.max(size.width, size.height) / 100}
            isActive={active === i}
            isLabelled={areLabelsShown || active === i}
            onActive={(isActive) => setActive(isActive ? i : null)}
          />
        ))}
      </svg>
    </div>
  );
}

/** The same by name, within reach of the keyboard. */
function FoundList({ found, active, setActive }: Pick<Pointing, "found"> & Activity) {
  return (
    <ul class="found" aria-label="What was found">
      {found.map((detection, i) => (
        <li key={i}>
          <button
            class={`chip tone-${i % toneCount}`}
            type="button"
            aria-pressed={active === i}
            onMouseEnter={() => setActive(i)}
            onMouseLeave={() => setActive(null)}
            onFocus={() => setActive(i)}
            onBlur={() => setActive(null)}
          >
            {detection.label || `${i + 1}`}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** So that what lies within another is above it, and within reach of the pointer. */
function largestFirst(found: readonly Found[]): number[] {
  const area = (i: number): number => (found[i]?.box ? found[i].box.width * found[i].box.height : 0);
  return found.map((_, i) => i).sort((one, other) => area(other) - area(one));
}

interface ShapeProps {
  detection: Found;
  tone: number;
  /** A hundredth of the picture's longer side: what strokes and letters are measured in. */
  unit: number;
  isActive: boolean;
  isLabelled: boolean;
  onActive: (isActive: boolean) => void;
}

function Shape({ detection, tone, unit, isActive, isLabelled, onActive }: ShapeProps) {
  const { label, box, point, polygon } = detection;
  const anchor = box ?? point ?? polygon?.[0];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list of what was found does the same for keyboard and screen readers
    <g
      class={`tone-${tone}${isActive ? " is-active" : ""}`}
      onMouseEnter={() => onActive(true)}
      onMouseLeave={() => onActive(false)}
    >
      {box && <rect class="shape" x={box.x} y={box.y} width={box.width} height={box.height} rx={unit / 3} />}
      {polygon && <polygon class="shape" points={polygon.map(({ x, y }) => `${x},${y}`).join(" ")} />}
      {point && <circle class="shape is-point" cx={point.x} cy={point.y} r={unit} />}
      {isLabelled && label !== "" && anchor && <Label text={label} x={anchor.x} y={anchor.y} unit={unit} />}
    </g>
  );
}

/** A flag above the shape; where there is no room above, within it. */
function Label({ text, x, y, unit }: { text: string; x: number; y: number; unit: number }) {
  const height = 3.2 * unit;
  const top = y > height ? y - height : y;
  return (
    <g class="shape-label" transform={`translate(${x} ${top})`}>
      <rect width={(text.length * 1.25 + 1.6) * unit} height={height} rx={unit / 3} />
      <text x={0.8 * unit} y={2.25 * unit} font-size={2 * unit}>
        {text}
      </text>
    </g>
  );
}

const mostCanvasEdge = 1200;

/** Pixels are painted, not drawn: a mask as paths would be as many as it has rows. */
function Masks({ found, size, active }: { found: readonly Found[]; size: Size; active: number | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const hasMasks = found.some(({ mask }) => mask !== undefined);
  const scale = Math.min(1, mostCanvasEdge / Math.max(size.width, size.height));
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    context.globalAlpha = 0.45;
    found.forEach(({ mask }, i) => {
      if (mask === undefined || (active !== null && active !== i)) return;
      context.drawImage(tinted(mask.picture, i % toneCount), mask.x, mask.y, mask.width, mask.height);
    });
  }, [found, active]);
  if (!hasMasks) return null;
  return <canvas ref={canvas} class="masks" width={size.width * scale} height={size.height * scale} />;
}

/** In the style sheet's colour. */
function tinted(picture: ImageBitmap, tone: number): OffscreenCanvas {
  const layer = new OffscreenCanvas(picture.width, picture.height);
  const context = layer.getContext("2d");
  if (context === null) return layer;
  context.drawImage(picture, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--tone-${tone}`).trim();
  context.fillRect(0, 0, layer.width, layer.height);
  return layer;
}

function Exports({ picture, text, children }: Pointing & { children: preact.ComponentChildren }) {
  const size = sentSize(picture);
  const name = picture.name.replace(/\.\w+$/, "");
  async function svg(): Promise<Blob> {
    return new Blob([await work("svg", { text, size })], { type: "image/svg+xml" });
  }
  async function coco(): Promise<Blob> {
    return new Blob([await work("coco", { text, size, fileName: picture.name })], { type: "application/json" });
  }
  return (
    <div class="exports">
      {children}
      <span class="spacer" />
      <button class="button small" type="button" onClick={async () => save(await svg(), `${name}.svg`)}>
        <Icon name="down" />
        SVG
      </button>
      <button
        class="button small"
        type="button"
        onClick={async () => save(await png(picture, await svg()), `${name}.png`)}
      >
        <Icon name="down" />
        PNG
      </button>
      <button class="button small" type="button" onClick={async () => save(await coco(), `${name}.coco.json`)}>
        <Icon name="down" />
        COCO
      </button>
    </div>
  );
}

/** Picture and drawing in one. */
async function png(picture: FileItem, drawing: Blob): Promise<Blob> {
  const { width, height } = sentSize(picture);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const bitmap = await bitmapOf(picture.content.prepared.blob);
  context?.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const url = URL.createObjectURL(drawing);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    context?.drawImage(image, 0, 0, width, height);
  } finally {
    URL.revokeObjectURL(url);
  }
  return canvas.convertToBlob({ type: "image/png" });
}
