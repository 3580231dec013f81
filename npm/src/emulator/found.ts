/** What the emulator finds when it is asked for geometry: the middle of the picture, in the form models answer in. */

const box_2d = [250, 250, 750, 750];

/** Clockwise from the top, [x, y] as models write outlines. */
const outline = [
  [500, 250],
  [750, 500],
  [500, 750],
  [250, 500],
];

/** A disc of 8 × 8 gray pixels. */
const mask =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAHUlEQVR42mNgYGD4/5+BAUyBABLjPxQgGJhqYNoBKnIr1V8q/58AAAAASUVORK5CYII=";

/** By what tells a prompt of its kind, the package's own and Google's examples alike; the first that applies counts. */
const findings: readonly [sign: RegExp, found: object][] = [
  [/"box_2d".*"mask"/s, { box_2d, mask }],
  [/"polygon".*"box_2d"/s, { box_2d, polygon: outline }],
  [/"box_2d"/, { box_2d }],
  [/"box_3d"/, { box_3d: [0, 2, 0, 1, 1, 1, 0, 0, 0] }],
  [/"point".*\[y, x\]/s, { point: [500, 500] }],
];

/** @returns undefined when the prompt asks for no geometry */
export function findingsFor(prompt: string): string | undefined {
  const row = findings.find(([sign]) => sign.test(prompt));
  if (row === undefined) return undefined;
  const found = [{ ...row[1], label: "emulated: the middle" }];
  return `\`\`\`json\n${JSON.stringify(found, null, 2)}\n\`\`\``;
}
