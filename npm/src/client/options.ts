/** What a client can be made with; what is of the wrong kind is told at once, not with the first call. */

import { InputError } from "../errors.js";
import type { ClientOptions } from "../types.js";

export const defaultBaseUrl = "https://generativelanguage.googleapis.com";

const least = { timeoutMs: 1, idleTimeoutMs: 1, maxRetries: 0, maxConcurrency: 1 } as const;

/** @throws InputError `bad-argument` */
export function checkOptions(options: ClientOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new InputError("bad-argument", "A client is made with options: new GeminiClient({ apiKey }).");
  }
  checkedBase(options);
  for (const [name, bound] of Object.entries(least)) {
    const value: unknown = options[name as keyof typeof least];
    if (value === undefined || (typeof value === "number" && value >= bound)) continue;
    throw new InputError("bad-argument", `${name} is a number of at least ${bound}, not ${String(value)}.`);
  }
}

export function checkedBase({ baseUrl = defaultBaseUrl }: ClientOptions): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isPlain = url !== undefined && url.search === "" && url.hash === "" && url.username === "";
  if (isPlain && /^https?:$/.test(url.protocol)) return url;
  throw new InputError("bad-argument", "baseUrl is an http(s) address without query or credentials.");
}
