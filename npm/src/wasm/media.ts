/** The one importer of media.mjs: windows in, facts out; an answer's text in, geometry out. */

import { codecs, detectionFields, mediaFields, type Status, statuses } from "../generated/vocabulary.js";
import createMedia, { type MainModule } from "../media.mjs";
import { indexOf, type Window } from "./core.js";
import { WasmLoader } from "./load.js";

const field = indexOf(mediaFields);

type Facts = Record<(typeof mediaFields)[number], number>;

/** What a step came to: facts, or bytes that are needed, or why there is neither. */
export type MediaStep =
  | { readonly status: "ok"; readonly facts: Facts; readonly pageSizes: Float64Array }
  | { readonly status: "need"; readonly offset: number; readonly length: number }
  | { readonly status: Exclude<Status, "ok" | "need">; readonly at: number };

const loader = new WasmLoader("media", createMedia, () => new URL("../media.wasm", import.meta.url));

/** What the module is busy with: its memory of one file's windows, which it may lose at any time. */
let current: { module: MainModule; file: MediaFile; given: number } | undefined;

/** A file that is read by and by; others may be read in between. Plain data: nothing has to be given back. */
export class MediaFile {
  readonly #byteLength: number;
  readonly #windows: Window[] = [];

  constructor(byteLength: number) {
    this.#byteLength = byteLength;
  }

  give(window: Window): void {
    this.#windows.push(window);
  }

  /** Goes as far as the windows reach. @throws as {@link WasmLoader.run} */
  step(): Promise<MediaStep> {
    return loader.run((module) => this.#step(module));
  }

  #step(module: MainModule): MediaStep {
    if (current?.module !== module || current.file !== this) {
      module._media_start(this.#byteLength);
      current = { module, file: this, given: 0 };
    }
    for (; current.given < this.#windows.length; current.given++) {
      if (!giveWindow(module, this.#windows[current.given] as Window)) return { status: "out-of-memory", at: 0 };
    }
    module._media_step();
    return outcome(module);
  }
}

function giveWindow(module: MainModule, { offset, bytes }: Window): boolean {
  const room = module._media_room(bytes.length);
  if (room === 0) return false;
  module.HEAPU8.set(bytes, room);
  return Boolean(module._media_give(offset));
}

function outcome(module: MainModule): MediaStep {
  const doubles: Float64Array = module.HEAPF64;
  const from = module._media_block_address() / 8;
  const value = (name: (typeof mediaFields)[number]): number => doubles[from + field[name]] as number;
  const status = statuses[value("status")] as Status;
  if (status === "need") return { status, offset: value("at"), length: value("needLength") };
  if (status !== "ok") return { status, at: value("at") };
  const sizes = module._media_page_sizes() / 8;
  return {
    status,
    facts: Object.fromEntries(mediaFields.map((name) => [name, value(name)])) as Facts,
    pageSizes: doubles.slice(sizes, sizes + 2 * value("measuredPages")),
  };
}

/** Name of a codec; undefined for one that is not known. */
export function codecName(index: number): string | undefined {
  return index === 0 ? undefined : codecs[index];
}

export interface DetectionRecord {
  /** By name. */
  readonly fields: Record<(typeof detectionFields)[number], number>;
  /** x, y, x, y … */
  readonly corners: Float64Array;
}

/** Every complete item of an answer; offsets are bytes of `text`. @throws as {@link WasmLoader.run} */
export function parseAnswer(text: Uint8Array, width: number, height: number): Promise<DetectionRecord[] | Status> {
  return loader.run((module) => {
    const room = module._media_room(text.length);
    if (room === 0 && text.length > 0) return "out-of-memory";
    module.HEAPU8.set(text, room);
    const status = statuses[module._detections_parse(width, height)] as Status;
    return status === "ok" ? takeRecords(module) : status;
  });
}

function takeRecords(module: MainModule): DetectionRecord[] {
  const from = module._detections_address() / 8;
  const doubles: Float64Array = module.HEAPF64.slice(from, from + module._detections_length());
  const records: DetectionRecord[] = [];
  for (let at = 0; at < doubles.length; ) {
    const first = at;
    const entries = detectionFields.map((name, i) => [name, doubles[first + i]]);
    const fields = Object.fromEntries(entries) as DetectionRecord["fields"];
    const end = first + detectionFields.length + fields.cornerNumbers;
    records.push({ fields, corners: doubles.subarray(first + detectionFields.length, end) });
    at = end;
  }
  return records;
}
