/** What page and worker say to each other. Media travel as Blobs, which are handed over without a copy. */

import type {
  Ask,
  Box,
  Change,
  Detection,
  MediaInfo,
  PrepareOptions,
  Sharpness,
  Size,
  Warning,
} from "gemini-vision-wasm";

/** A `PreparedMedia` that has crossed between threads. */
export interface Prepared {
  readonly source: MediaInfo;
  readonly info: MediaInfo;
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
  /** Of a picture that can be decoded here. */
  readonly sharpness?: Sharpness | undefined;
  readonly blob: Blob;
}

/** A request whose media are the numbers of `media`, which stands beside it. */
export interface RequestOrder {
  readonly ask: Ask;
  readonly media: readonly Prepared[];
}

/** A medium's place in {@link RequestOrder.ask}: a part, so that it passes as it is until the worker fills it in. */
export interface Place {
  readonly place: number;
}

export interface FoldedRequest {
  readonly path: string;
  readonly byteLength: number;
  /** Readable JSON in which the payloads are folded. */
  readonly text: string;
}

/** An answer, and the size of the picture that it is about. */
export interface Pointed {
  readonly text: string;
  readonly size: Size;
}

/** A detection as the page draws it: its mask is a picture in white, which takes any colour. */
export type Found = Omit<Detection, "mask"> & { readonly mask?: Box & { readonly picture: ImageBitmap } };

/** Each call of the worker: what goes in, what comes out. */
export interface Calls {
  prepare: { input: { file: Blob; options: PrepareOptions }; output: Prepared };
  fold: { input: RequestOrder; output: FoldedRequest };
  body: { input: RequestOrder; output: Uint8Array<ArrayBuffer> };
  fetch: { input: { url: string }; output: Blob };
  bitmap: { input: { blob: Blob; maxEdge?: number | undefined }; output: ImageBitmap };
  find: { input: Pointed; output: readonly Found[] };
  svg: { input: Pointed; output: string };
  coco: { input: Pointed & { readonly fileName: string }; output: string };
}

export interface Order<Name extends keyof Calls = keyof Calls> {
  readonly id: number;
  readonly name: Name;
  readonly input: Calls[Name]["input"];
}

export type Reply = { readonly id: number } & (
  | { readonly output: unknown }
  | { readonly error: { readonly code: string; readonly message: string } }
);
