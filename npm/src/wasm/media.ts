/** media.wasm: windows in, facts out; an answer's text in, geometry out. */

import { codecs, detectionFields, mediaFields, type Status, statuses } from "../generated/vocabulary.js";
import { mediaUrl } from "../url-media.js";
import { WasmLoader } from "./load.js";
import { instantiateBare, type OpenDoor, put, take } from "./open-door.js";
import { indexOf, type Window } from "./probe-door.js";

/** The module's exports: the C++ functions of bindings/media.cpp. */
interface MediaExports extends OpenDoor {
  media_block_address(): number;
  media_start(fileSize: number): void;
  media_give(offset: number): number;
  media_step(): void;
  media_page_sizes(): number;
  detections_parse(width: number, height: number): number;
}

const field = indexOf(mediaFields);

type Facts = Record<(typeof mediaFields)[number], number>;

/** What a step came to: facts, or bytes that are needed, or why there is neither. */
export type MediaStep =
  | { readonly status: "ok"; readonly facts: Facts; readonly pageSizes: Float64Array }
  | { readonly status: "need"; readonly offset: number; readonly length: number }
  | { readonly status: Exclude<Status, "ok" | "need">; readonly at: number };

const mediaMark = 0x4d454449;

const loader = new WasmLoader<MediaExports>({
  name: "media",
  defaultUrl: mediaUrl,
  instantiate: (compiled) => instantiateBare(compiled, mediaMark),
  ranOutOfMemory: (module) => module.ran_out_of_memory() !== 0,
  heapBytes: (module) => module.memory.buffer.byteLength,
});

/** What the module is busy with: its memory of one file's windows, which it may lose at any time. */
let current: { module: MediaExports; file: MediaFile; given: number } | undefined;

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

  #step(module: MediaExports): MediaStep {
    if (current?.module !== module || current.file !== this) {
      module.media_start(this.#byteLength);
      current = { module, file: this, given: 0 };
    }
    for (; current.given < this.#windows.length; current.given++) {
      if (!giveWindow(module, this.#windows[current.given] as Window)) return { status: "out-of-memory", at: 0 };
    }
    module.media_step();
    return outcome(module);
  }
}

function giveWindow(module: MediaExports, { offset, bytes }: Window): boolean {
  return put(module, 0, bytes) && module.media_give(offset) !== 0;
}

function outcome(module: MediaExports): MediaStep {
  const block = new Float64Array(module.memory.buffer, module.media_block_address() >>> 0, mediaFields.length).slice();
  const value = (name: (typeof mediaFields)[number]): number => block[field[name]] as number;
  const status = statuses[value("status")] as Status;
  if (status === "need") return { status, offset: value("at"), length: value("needLength") };
  if (status !== "ok") return { status, at: value("at") };
  if (module.media_page_sizes() === 0) return { status: "out-of-memory", at: 0 };
  return {
    status,
    facts: Object.fromEntries(mediaFields.map((name) => [name, value(name)])) as Facts,
    pageSizes: new Float64Array(take(module).buffer),
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
    if (!put(module, 0, text)) return "out-of-memory";
    const status = statuses[module.detections_parse(width, height)] as Status;
    return status === "ok" ? takeRecords(module) : status;
  });
}

function takeRecords(module: MediaExports): DetectionRecord[] {
  const doubles = new Float64Array(take(module).buffer);
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
