/** codec.wasm as typed calls. */

import { type Status, statuses } from "../generated/vocabulary.js";
import { statusError } from "./core.js";
import { WasmLoader } from "./load.js";
import { type OpenDoor, put, take } from "./open-door.js";

/** The module's exports: the C++ functions of bindings/codec.cpp. */
interface CodecExports extends OpenDoor {
  decode(maxPixels: number, leastWidth: number, leastHeight: number, partial: boolean): number;
  load(width: number, height: number): number;
  release(): void;
  turn(orientation: number): number;
  crop_to(x: number, y: number, width: number, height: number): number;
  resize_to(width: number, height: number): number;
  flatten_onto(rgb: number): void;
  encode(target: number, quality: number): number;
  give_pixels(): void;
  turn_file(orientation: number, maxPixels: number): number;
  width(): number;
  height(): number;
  truncated(): number;
  opaque(): number;
}

/** In the order of the C++ enum Target. */
const targets = { pixels: 0, jpeg: 1, png: 2, webp: 3, "lossless-webp": 4 } as const;

export type Target = keyof typeof targets;

/** Instead of a quality: as the JPEG was encoded that the picture comes from. */
export const sourceQuality = 0;

export interface Coded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

const loader = new WasmLoader<CodecExports>("codec", 0x434f4443, () => new URL("../codec.wasm", import.meta.url));

const reasons: Partial<Record<Status, string>> = {
  truncated: "ends early; its rest is missing",
  malformed: "is damaged and cannot be decoded",
  unsupported: "is of a kind that cannot be decoded here",
  "too-large": "has more pixels than the limit allows; raise limits.maxPixels",
  "out-of-memory": "is too large for the memory there is",
  "bad-argument": "cannot be encoded as asked",
};

/** @param name what the picture is called in an error's message */
function check(status: number, name: string): void {
  const found = statuses[status] as Status;
  if (found !== "ok") throw statusError(found, `${name} ${reasons[found] ?? "cannot be decoded"}.`);
}

function give(module: CodecExports, bytes: Uint8Array | Uint8ClampedArray, name: string): void {
  if (!put(module, 0, bytes)) check(statuses.indexOf("out-of-memory"), name);
}

/** The picture that is in the codec's heap: for the time of one synchronous piece of work. */
export class HeldPicture {
  readonly #module: CodecExports;
  readonly #name: string;

  constructor(module: CodecExports, name: string) {
    this.#module = module;
    this.#name = name;
  }

  get width(): number {
    return this.#module.width();
  }

  get height(): number {
    return this.#module.height();
  }

  get truncated(): boolean {
    return this.#module.truncated() !== 0;
  }

  get opaque(): boolean {
    return this.#module.opaque() !== 0;
  }

  turn(orientation: number): void {
    if (orientation !== 1) check(this.#module.turn(orientation), this.#name);
  }

  crop({ x, y, width, height }: { x: number; y: number; width: number; height: number }): void {
    check(this.#module.crop_to(x, y, width, height), this.#name);
  }

  resize(width: number, height: number): void {
    if (width !== this.width || height !== this.height) check(this.#module.resize_to(width, height), this.#name);
  }

  /** @param rgb 0xrrggbb */
  flatten(rgb: number): void {
    this.#module.flatten_onto(rgb);
  }

  /** @param quality 1–100 or {@link sourceQuality} */
  encode(target: Exclude<Target, "pixels">, quality: number): Uint8Array<ArrayBuffer> {
    check(this.#module.encode(targets[target], quality), this.#name);
    return take(this.#module);
  }

  /** The pixels, RGBA row by row; the picture has none afterwards. */
  pixels(): Uint8Array<ArrayBuffer> {
    this.#module.give_pixels();
    return take(this.#module);
  }
}

export interface DecodeChoices {
  maxPixels: number;
  /** The picture may come smaller than stored, as long as its stored sides are not below these. */
  leastWidth?: number;
  leastHeight?: number;
  /** Take what is there of a file that ends early. */
  partial?: boolean;
  /** What the picture is called in an error's message. */
  name: string;
}

/** Decodes a file and works on the picture, which does not leave the heap in between. */
export async function withPicture<Result>(
  file: Uint8Array,
  { maxPixels, leastWidth = 0, leastHeight = 0, partial = false, name }: DecodeChoices,
  work: (picture: HeldPicture) => Result,
): Promise<Result> {
  return loader.run((module) => {
    try {
      give(module, file, name);
      check(module.decode(maxPixels, leastWidth, leastHeight, partial), name);
      return work(new HeldPicture(module, name));
    } finally {
      module.release();
    }
  });
}

/** The same for pixels that a caller has. `data` is RGBA, row by row. */
export async function withPixels<Result>(
  { width, height, data }: { width: number; height: number; data: Uint8Array | Uint8ClampedArray },
  work: (picture: HeldPicture) => Result,
): Promise<Result> {
  return loader.run((module) => {
    const name = "The picture";
    try {
      give(module, data, name);
      check(module.load(width, height), name);
      return work(new HeldPicture(module, name));
    } finally {
      module.release();
    }
  });
}

/** A JPEG turned without loss; undefined where that is impossible. */
export async function turnJpeg(
  file: Uint8Array,
  { orientation, maxPixels, name }: { orientation: number; maxPixels: number; name: string },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return loader.run((module) => {
    give(module, file, name);
    check(module.turn_file(orientation, maxPixels), name);
    const bytes = take(module);
    return bytes.length === 0 ? undefined : bytes;
  });
}

/** File to upright file, or to pixels. The pixels stay in the heap in between. */
export async function transcode(
  file: Uint8Array,
  options: { orientation: number; maxPixels: number; target: Target; quality: number; name: string },
): Promise<Coded> {
  const { orientation, maxPixels, target, quality, name } = options;
  return withPicture(file, { maxPixels, name }, (picture) => {
    picture.turn(orientation);
    const { width, height } = picture;
    return { bytes: target === "pixels" ? picture.pixels() : picture.encode(target, quality), width, height };
  });
}

/** Pixels to a file. `data` is RGBA, row by row. */
export async function encodePixels(
  pixels: { width: number; height: number; data: Uint8Array | Uint8ClampedArray },
  { target, quality }: { target: Exclude<Target, "pixels">; quality: number },
): Promise<Coded> {
  return withPixels(pixels, (picture) => ({
    bytes: picture.encode(target, quality),
    width: pixels.width,
    height: pixels.height,
  }));
}
