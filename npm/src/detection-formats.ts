/** Detections drawn, as SVG, and exported, as COCO: plain arithmetic and text, without wasm. */

import type { CocoAnnotation, CocoDataset, Detection, Mask, Point, Size } from "./types.js";

// ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────

const colors = ["#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#008080", "#9a6324", "#808000"];

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeXml(text: string): string {
  // Control characters other than white space are forbidden in XML, however they are written.
  const allowed = [...text].filter((letter) => letter >= " " || letter === "\t" || letter === "\n").join("");
  return allowed.replaceAll(/[&<>"']/g, (letter) => escapes[letter] as string);
}

/** Tenths of a pixel are finer than any model. */
function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/**
 * A drawing to lay over the picture: same size, nothing behind the lines.
 *
 * @param size of {@link parseDetections}
 */
export function toSvg(
  detections: readonly Detection[],
  { width, height }: Size,
  { image }: { /** Address of the picture, "data:…" too, to draw on it instead. */ image?: string } = {},
): string {
  const line = Math.max(1, Math.min(width, height) / 300);
  const style = `fill="none" stroke-width="${short(line)}" font-family="sans-serif" font-size="${short(line * 8)}"`;
  const drawn = detections.map((detection, i) => draw(detection, colors[i % colors.length] as string, line));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${style}>`,
    ...(image === undefined ? [] : [`<image href="${escapeXml(image)}" width="${width}" height="${height}"/>`]),
    ...drawn,
    "</svg>\n",
  ].join("\n");
}

function draw({ label, box, point, polygon, mask }: Detection, color: string, line: number): string {
  const shapes: string[] = [];
  if (mask) shapes.push(`<path d="${maskPath(mask)}" fill="${color}" fill-opacity="0.4" stroke="none"/>`);
  if (polygon) {
    const corners = polygon.map(({ x, y }) => `${short(x)},${short(y)}`).join(" ");
    shapes.push(`<polygon points="${corners}" fill="${color}" fill-opacity="0.2"/>`);
  }
  if (box) {
    const { x, y, width, height } = box;
    shapes.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"/>`);
  }
  if (point)
    shapes.push(`<circle cx="${short(point.x)}" cy="${short(point.y)}" r="${short(line * 3)}" fill="${color}"/>`);
  const at = box ?? point ?? polygon?.[0];
  if (label !== "" && at !== undefined) {
    const baseline = at.y > line * 10 ? at.y - line * 2 : at.y + line * 9;
    shapes.push(
      `<text x="${short(at.x)}" y="${short(baseline)}" fill="${color}" stroke="#fff" paint-order="stroke">${escapeXml(label)}</text>`,
    );
  }
  return `<g stroke="${color}">${shapes.join("")}</g>`;
}

/** Each run of a row as a rectangle one pixel high. */
function maskPath({ x, y, width, height, data }: Mask): string {
  let path = "";
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const begin = column;
      while (column < width && data[row * width + column] !== 0) column++;
      if (column > begin) path += `M${x + begin} ${y + row}h${column - begin}v1h${begin - column}z`;
    }
  }
  return path;
}

// ── COCO ────────────────────────────────────────────────────────────────────────────────────────────────────

/** One picture's detections as COCO's format for objects (cocodataset.org/#format-data). Boxes in space have no place there. */
export function toCoco(
  detections: readonly Detection[],
  image: Size & { id?: number; fileName?: string },
): CocoDataset {
  const { id: image_id = 1, width, height, fileName = "" } = image;
  const names = [...new Set(detections.map(({ label }) => label))];
  const annotations = detections.flatMap((detection, i) => {
    const place = placeOf(detection);
    if (place === undefined) return [];
    return [
      { id: i + 1, image_id, category_id: names.indexOf(detection.label) + 1, ...place, ...shapeOf(detection, image) },
    ];
  });
  return {
    images: [{ id: image_id, width, height, file_name: fileName }],
    categories: names.map((name, i) => ({ id: i + 1, name })),
    annotations,
  };
}

type PlaceInCoco = Pick<CocoAnnotation, "bbox" | "area">;

function placeOf({ box, polygon, mask, point }: Detection): PlaceInCoco | undefined {
  if (box) {
    const bbox: PlaceInCoco["bbox"] = [box.x, box.y, box.width, box.height];
    if (mask) return { bbox, area: mask.data.reduce((area, pixel) => (pixel === 0 ? area : area + 1), 0) };
    return { bbox, area: polygon ? areaOf(polygon) : box.width * box.height };
  }
  if (polygon) {
    const xs = polygon.map(({ x }) => x);
    const ys = polygon.map(({ y }) => y);
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    return { bbox: [x, y, Math.max(...xs) - x, Math.max(...ys) - y], area: areaOf(polygon) };
  }
  return point && { bbox: [point.x, point.y, 0, 0], area: 0 };
}

function shapeOf(
  { polygon, mask, point, confidence }: Detection,
  size: Size,
): Omit<CocoAnnotation, keyof PlaceInCoco | "id" | "image_id" | "category_id"> {
  return {
    iscrowd: mask ? 1 : 0,
    ...(polygon && !mask && { segmentation: [polygon.flatMap(({ x, y }) => [x, y])] }),
    ...(mask && { segmentation: runsOf(mask, size) }),
    ...(point && { keypoints: [point.x, point.y, 2], num_keypoints: 1 }),
    ...(confidence !== undefined && { score: confidence }),
  };
}

/** Gauss's formula. */
function areaOf(polygon: readonly Point[]): number {
  const twice = polygon.reduce((sum, { x, y }, i) => {
    const next = polygon[(i + 1) % polygon.length] as Point;
    return sum + x * next.y - next.x * y;
  }, 0);
  return Math.abs(twice) / 2;
}

function runsOf(mask: Mask, { width, height }: Size): { size: [number, number]; counts: number[] } {
  const counts: number[] = [];
  let run = 0;
  let inside = false;
  for (let column = 0; column < width; column++) {
    for (let row = 0; row < height; row++) {
      const x = column - mask.x;
      const y = row - mask.y;
      const covered = x >= 0 && y >= 0 && x < mask.width && y < mask.height;
      const here = covered && mask.data[y * mask.width + x] !== 0;
      if (here !== inside) {
        counts.push(run);
        run = 0;
        inside = here;
      }
      run++;
    }
  }
  counts.push(run);
  return { size: [height, width], counts };
}
