/** Detections asked for, in words and as a schema. */

import { InputError } from "./errors.js";
import type { DetectionKind } from "./types.js";

/** How each kind is asked for, in the words of Google's own examples (cookbook, spatial understanding; starter applet). */
const requests: Readonly<Record<DetectionKind, (items: string) => string>> = {
  boxes: (items) =>
    `Detect ${items}. Output a JSON list where each entry contains the 2D bounding box in the key "box_2d" as ` +
    '[ymin, xmin, ymax, xmax] normalized to 0-1000 and the text label in the key "label".',
  points: (items) =>
    `Point to ${items}. Output a JSON list where each entry is {"point": [y, x], "label": <label>}, ` +
    "the points in [y, x] format normalized to 0-1000.",
  polygons: (items) =>
    `Outline ${items}. Output a JSON list where each entry contains the outline in the key "polygon" as a list of ` +
    '[x, y] points normalized to 0-1000, the 2D bounding box in the key "box_2d" as [ymin, xmin, ymax, xmax] ' +
    'normalized to 0-1000, and the text label in the key "label".',
  masks: (items) =>
    `Give the segmentation masks for ${items}. Output a JSON list of segmentation masks where each entry contains the ` +
    '2D bounding box in the key "box_2d", the segmentation mask in key "mask", and the text label in the key "label". ' +
    "Use descriptive labels.",
  boxes3d: (items) =>
    `Detect the 3D bounding boxes of ${items}. Output a JSON list where each entry contains the object name in ` +
    '"label" and its 3D bounding box in "box_3d" as [x_center, y_center, z_center, x_size, y_size, z_size, roll, pitch, yaw].',
};

const manners = "Limit to 25 items. If an object is present multiple times, name each by its unique characteristic.";

/**
 * A prompt that models answer in the form {@link parseDetections} reads.
 *
 * @param items "cats", or several things
 */
export function detectionPrompt(
  items: string | readonly string[],
  { kind = "boxes" }: { kind?: DetectionKind } = {},
): string {
  const list: readonly unknown[] = Array.isArray(items) ? items : [items];
  const names = list.every((item) => typeof item === "string") ? list.join(", ") : "";
  if (names.trim() === "") throw new InputError("bad-argument", "Name what is to be found, in a text or several.");
  return `${requestFor(kind)(names)} ${manners}`;
}

function requestFor(kind: DetectionKind): (items: string) => string {
  const request = requests[kind];
  if (request !== undefined) return request;
  throw new InputError("bad-argument", `kind is one of ${Object.keys(requests).join(", ")}, not "${String(kind)}".`);
}

const numbers = (count: number, type: "integer" | "number" = "integer") => ({
  type: "array",
  items: { type },
  minItems: count,
  maxItems: count,
});

const outline = { type: "array", items: numbers(2), minItems: 3 };

const shapes: Readonly<Record<DetectionKind, Readonly<Record<string, object>>>> = {
  boxes: { box_2d: numbers(4) },
  points: { point: numbers(2) },
  polygons: { box_2d: numbers(4), polygon: outline },
  // Models that make no masks write an outline in its place.
  masks: { box_2d: numbers(4), mask: { anyOf: [{ type: "string" }, outline] } },
  boxes3d: { box_3d: numbers(9, "number") },
};

/** The same as a JSON schema, for `config.responseJsonSchema` beside `responseMimeType: "application/json"`. */
export function detectionSchema(kind: DetectionKind = "boxes"): Record<string, unknown> {
  requestFor(kind);
  const properties = { ...shapes[kind], label: { type: "string" } };
  return { type: "array", items: { type: "object", properties, required: Object.keys(properties) } };
}
