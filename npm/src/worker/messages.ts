/** What goes between a pool and its threads; everything in it can be cloned. */

import type { InputErrorCode } from "../errors.js";
import type { ModelInfo, PrepareProgress } from "../types.js";

/** Calls a thread knows; the arguments and results are those of the functions of the same name. */
export type CallName =
  | "probe"
  | "estimate"
  | "compare"
  | "prepare"
  | "decode"
  | "encode"
  | "buildRequest"
  | "parseDetections"
  | "toImageData";

/** A source that cannot cross as it is, by its place within the arguments. */
export type Restored = { readonly path: readonly (string | number)[] } & (
  | { readonly kind: "url"; readonly href: string }
  | { readonly kind: "file"; readonly blob: Blob; readonly name: string }
  | { readonly kind: "stream"; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: "response";
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly url: string;
      readonly type: string;
    }
);

/** An address, bytes, or a compiled module; false turns it off. */
export type PackedWasm = Readonly<Record<string, string | ArrayBuffer | ArrayBufferView | WebAssembly.Module | false>>;

export interface CallMessage {
  readonly type: "call";
  readonly name: CallName;
  readonly args: readonly unknown[];
  readonly restored: readonly Restored[];
  /** Registered in the page; a thread has a table of its own. */
  readonly models: readonly ModelInfo[];
  /** Somebody wants to hear of its progress. */
  readonly reports: boolean;
}

/** A thread does one call at a time, so none needs a number. */
export type Order = CallMessage | { readonly type: "abort" } | { readonly type: "init"; readonly wasm: PackedWasm };

export type PackedError =
  | {
      readonly kind: "input";
      readonly code: InputErrorCode;
      readonly message: string;
      readonly at: number | undefined;
      readonly retryable: boolean;
      readonly cause: unknown;
    }
  | { readonly kind: "other"; readonly error: unknown };

export type Report =
  /** Its modules are loaded; the first thing it says. */
  | { readonly type: "ready"; readonly modules: number }
  | { readonly type: "progress"; readonly progress: PrepareProgress }
  | { readonly type: "result"; readonly result: unknown }
  | { readonly type: "error"; readonly error: PackedError };
