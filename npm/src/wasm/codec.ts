/** The one importer of codec.mjs. */

import createCodec, { type MainModule } from "../codec.mjs";
import { type Status, statuses } from "../generated/vocabulary.js";
import { codecUrl } from "../url-codec.js";
import { statusError } from "./core.js";
import { instantiateGlue } from "./glue.js";
import { WasmLoader } from "./load.js";

/** In the order of the C++ enum Target. */
const targets = { pixels: 0, jpeg: 1, png: 2, webp: 3, "lossless-webp": 4 } as const;

export type Target = keyof typeof targets;

/** Instead of a quality: as the JPEG was encoded that the picture comes from. */
export const sourceQuality = 0;

/** The longest side that a judgement of sharpness looks at: kJudgedEdge of src/pixels/sharpness.h. */
export const judgedEdge = 640;

export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly data: Uint8Array<ArrayBuffer>;
}

const loader = new WasmLoader<MainModule>({
  name: "codec",
  defaultUrl: codecUrl,
  instantiate: (compiled) => instantiateGlue(createCodec, compiled),
  ranOutOfMemory: (module) => Boolean(module._ran_out_of_memory()),
  heapBytes: (module) => module.HEAPU8.length,
});

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

/** What a call gave, or why it gave nothing. */
function given(module: MainModule, bytes: Uint8Array<ArrayBuffer> | undefined, name: string): Uint8Array<ArrayBuffer> {
  if (bytes === undefined) check(module.lastStatus(), name);
  return bytes as Uint8Array<ArrayBuffer>;
}

/** The picture that is in the codec's heap: for the time of one synchronous piece of work. */
export class HeldPicture {
  readonly #module: MainModule;
  readonly #name: string;

  constructor(module: MainModule, name: string) {
    this.#module = module;
    this.#name = name;
  }

  get width(): number {
    return this.#module.width();
  }

  get height(): number {
    return this.#module.height();
  }

  get opaque(): boolean {
    return this.#module.opaque();
  }

  turn(orientation: number): void {
    if (orientation !== 1) check(this.#module.turn(orientation), this.#name);
  }

  crop({ x, y, width, height }: { x: number; y: number; width: number; height: number }): void {
    check(this.#module.crop(x, y, width, height), this.#name);
  }

  resize(width: number, height: number): void {
    if (width !== this.width || height !== this.height) check(this.#module.resize(width, height), this.#name);
  }

  /** How sharp it is, from 0 to 1; at 0.5 its edges are as wide as a sharp picture's may be. */
  sharpness(): number {
    const score = this.#module.sharpness();
    if (score < 0) check(this.#module.lastStatus(), this.#name);
    return score;
  }

  /** @param rgb 0xrrggbb */
  flatten(rgb: number): void {
    this.#module.flatten(rgb);
  }

  /** @param quality 1–100 or {@link sourceQuality} */
  encode(target: Exclude<Target, "pixels">, quality: number): Uint8Array<ArrayBuffer> {
    return given(this.#module, this.#module.encode(targets[target], quality), this.#name);
  }

  /** The pixels, RGBA row by row. */
  pixels(): Uint8Array<ArrayBuffer> {
    return given(this.#module, this.#module.encode(targets.pixels, 0), this.#name);
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
      check(module.decode(file, maxPixels, leastWidth, leastHeight, partial), name);
      return work(new HeldPicture(module, name));
    } finally {
      module.release();
    }
  });
}

/** Pixels that are not a file's: `data` is RGBA, row by row, `icc` the profile of its numbers, which is written again. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly icc?: Uint8Array;
}

/** The same for pixels that a caller or another module has. */
export async function withPixels<Result>(
  { width, height, data, icc = new Uint8Array() }: Pixels,
  work: (picture: HeldPicture) => Result,
): Promise<Result> {
  return loader.run((module) => {
    const name = "The picture";
    try {
      check(module.load(data, width, height, icc), name);
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
    const bytes = given(module, module.turnFile(file, orientation, maxPixels), name);
    return bytes.length === 0 ? undefined : bytes;
  });
}

/** A JPEG made smaller channel by channel, upright; undefined where that cannot be done and its pixels are needed. */
export async function shrinkJpeg(
  file: Uint8Array,
  choices: { orientation: number; width: number; height: number; quality: number; maxPixels: number; name: string },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { orientation, width, height, quality, maxPixels, name } = choices;
  return loader.run((module) => {
    const bytes = given(module, module.shrinkFile(file, orientation, width, height, quality, maxPixels), name);
    return bytes.length === 0 ? undefined : bytes;
  });
}
