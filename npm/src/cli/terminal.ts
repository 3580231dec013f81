/** What is shown to people only: colours, and a bar while something takes long. Neither ever reaches a file or a pipe. */

import type { WriteStream } from "node:tty";

/** SGR codes (ECMA-48, 8.3.117), on and off. */
const styles = { bold: [1, 22], red: [31, 39], yellow: [33, 39] } as const;

/** Coloured where `stream` is a terminal with colours; `hasColors` heeds NO_COLOR and TERM. */
export function paint(stream: WriteStream, style: keyof typeof styles, text: string): string {
  const [on, off] = styles[style];
  return stream.isTTY === true && stream.hasColors() ? `\x1b[${on}m${text}\x1b[${off}m` : text;
}

/** What is done sooner needs no bar. */
const patienceMs = 400;
const redrawMs = 100;
const barWidth = 24;

let isShown = false;

/** Everything else that is written calls it first, so that a bar never stands in a line of text. */
export function hideBar(): void {
  if (!isShown) return;
  process.stderr.write("\r\x1b[K");
  isShown = false;
}

/** Work under way, on stderr; nothing at all where that is no terminal. */
export class Progress {
  readonly #label: string;
  readonly #unit: string;
  readonly #start = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #done = 0;
  #total: number;

  /** @param unit said after the numbers: "files" */
  constructor(label: string, total: number, unit: string) {
    this.#label = label;
    this.#total = total;
    this.#unit = unit;
    if (process.stderr.isTTY !== true || process.env.TERM === "dumb") return;
    this.#timer = setInterval(() => this.#draw(), redrawMs);
    this.#timer.unref();
  }

  advance(): void {
    this.#done += 1;
  }

  set(done: number, total: number): void {
    this.#done = done;
    this.#total = total;
  }

  end(): void {
    clearInterval(this.#timer);
    hideBar();
  }

  #draw(): void {
    const elapsedMs = performance.now() - this.#start;
    if (elapsedMs < patienceMs) return;
    const part = this.#total === 0 ? 0 : Math.min(1, this.#done / this.#total);
    const filled = Math.round(part * barWidth);
    const bar = `[${"=".repeat(filled)}${" ".repeat(barWidth - filled)}]`;
    const numbers = `${this.#done.toLocaleString("en-US")} of ${this.#total.toLocaleString("en-US")} ${this.#unit}`;
    const left = part > 0 ? `, ${duration((elapsedMs / part) * (1 - part))} left` : "";
    // A line that wraps could not be taken back.
    const line = `${this.#label} ${bar} ${numbers}${left}`.slice(0, (process.stderr.columns || 80) - 1);
    process.stderr.write(`\r\x1b[K${line}`);
    isShown = true;
  }
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
