/** Detections mapped back onto the picture as it is stored. */

import type { Box, Detection, Mask, MediaInfo, Orientation, Point, Size } from "./types.js";

/** From the upright picture to the stored one, by its size there: EXIF's eight orientations, undone. */
const stored: Readonly<Record<Orientation, (point: Point, size: Size) => Point>> = {
  1: ({ x, y }) => ({ x, y }),
  2: ({ x, y }, { width }) => ({ x: width - x, y }),
  3: ({ x, y }, { width, height }) => ({ x: width - x, y: height - y }),
  4: ({ x, y }, { height }) => ({ x, y: height - y }),
  5: ({ x, y }) => ({ x: y, y: x }),
  6: ({ x, y }, { height }) => ({ x: y, y: height - x }),
  7: ({ x, y }, { width, height }) => ({ x: width - y, y: height - x }),
  8: ({ x, y }, { width }) => ({ x: width - y, y: x }),
};

/**
 * A detection in pixels of the picture as it is stored, for one that was turned before it was sent.
 *
 * @param detection in pixels of the upright source
 * @param info of the source: `prepared.source`
 */
export function toStored(detection: Detection, info: Pick<MediaInfo, keyof Size | "orientation">): Detection {
  const turn = (point: Point): Point => stored[info.orientation](point, info);
  const { box, point, polygon, mask } = detection;
  return {
    ...detection,
    ...(box && { box: turnBox(box, turn) }),
    ...(point && { point: turn(point) }),
    ...(polygon && { polygon: polygon.map(turn) }),
    ...(mask && { mask: turnMask(mask, turn) }),
  };
}

function turnBox(box: Box, turn: (point: Point) => Point): Box {
  const one = turn(box);
  const other = turn({ x: box.x + box.width, y: box.y + box.height });
  const x = Math.min(one.x, other.x);
  const y = Math.min(one.y, other.y);
  return { x, y, width: Math.abs(other.x - one.x), height: Math.abs(other.y - one.y) };
}

function turnMask(mask: Mask, turn: (point: Point) => Point): Mask {
  const box = turnBox(mask, turn);
  const data = new Uint8Array(mask.data.length);
  for (let row = 0; row < mask.height; row++) {
    for (let column = 0; column < mask.width; column++) {
      const center = turn({ x: mask.x + column + 0.5, y: mask.y + row + 0.5 });
      const at = Math.floor(center.y - box.y) * box.width + Math.floor(center.x - box.x);
      data[at] = mask.data[row * mask.width + column] as number;
    }
  }
  return { ...box, data };
}
