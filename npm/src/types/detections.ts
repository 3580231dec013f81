/** What models find in a picture, and how it is written down elsewhere. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point, Size {}

/** Pixels of a part of the picture: 255 where the thing is, 0 elsewhere, row by row. */
export interface Mask extends Box {
  readonly data: Uint8Array;
}

/** One thing a model found. All but `box3d` is in pixels of the picture as it was sent, that is upright. */
export interface Detection {
  /** "" when the model wrote none. */
  readonly label: string;
  readonly box?: Box;
  readonly point?: Point;
  readonly polygon?: readonly Point[];
  readonly mask?: Mask;
  /** As the model wrote it: centre and size in metres, x to the right, y forward, z up; roll, pitch, yaw in degrees. */
  readonly box3d?: {
    readonly center: readonly [number, number, number];
    readonly size: readonly [number, number, number];
    readonly rotation: readonly [number, number, number];
  };
  readonly confidence?: number;
  /** A mask in a form that is not known, as it was written. */
  readonly rawMask?: string;
  /** False when something the model wrote of it could not be read: see `rawMask`. */
  readonly complete: boolean;
}

export type DetectionKind = "boxes" | "points" | "polygons" | "masks" | "boxes3d";

export interface CocoDataset {
  images: { id: number; width: number; height: number; file_name: string }[];
  categories: { id: number; name: string }[];
  annotations: CocoAnnotation[];
}

export interface CocoAnnotation {
  id: number;
  image_id: number;
  category_id: number;
  /** x, y, width, height. */
  bbox: [number, number, number, number];
  area: number;
  iscrowd: 0 | 1;
  /** Polygons, or a mask's runs, column by column, zeros first. */
  segmentation?: number[][] | { size: [height: number, width: number]; counts: number[] };
  /** x, y, 2 for "visible". */
  keypoints?: number[];
  num_keypoints?: number;
  score?: number;
}
