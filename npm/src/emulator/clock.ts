/** The emulator's own time: the machine's, moved as far as a test likes. Files expire and quotas renew by it. */

export class EmulatorClock {
  #offsetMs = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  advance(ms: number): void {
    this.#offsetMs += ms;
  }

  set(time: Date | string | number): void {
    this.#offsetMs = new Date(time).getTime() - Date.now();
  }
}

/** "2026-11-22T00:00:00.000000Z": files have six digits behind the point, their expiry nine. */
export function timestamp(ms: number, digits = 6): string {
  return new Date(ms).toISOString().replace(/\.(\d+)Z$/, (_, fraction) => `.${fraction.padEnd(digits, "0")}Z`);
}
