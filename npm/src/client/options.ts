/** What a client can be made with; what is of the wrong kind is told at once, not with the first call. */

import { checkName, checkNumber } from "../check.js";
import { InputError } from "../errors.js";
import type { ClientOptions } from "../types.js";

export const defaultBaseUrl = "https://generativelanguage.googleapis.com";

/** Of a timeout, in milliseconds. */
export const leastTimeoutMs = 1;
const least = {
  timeoutMs: leastTimeoutMs,
  idleTimeoutMs: leastTimeoutMs,
  maxRetries: 0,
  maxConcurrency: 1,
  inlineLimitBytes: 0,
} as const;

/** @throws InputError `bad-argument` */
export function checkOptions(options: ClientOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new InputError("bad-argument", "A client is made with options: new GeminiClient({ apiKey }).");
  }
  checkedBase(options);
  for (const [name, bound] of Object.entries(least)) {
    checkNumber(name, options[name as keyof typeof least], bound);
  }
  checkName("transport", options.transport, ["auto", "inline", "files"]);
}

export function checkedBase({ baseUrl = defaultBaseUrl }: ClientOptions): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isPlain = url !== undefined && url.search === "" && url.hash === "" && url.username === "";
  if (isPlain && /^https?:$/.test(url.protocol)) return url;
  throw new InputError("bad-argument", "baseUrl is an http(s) address without query or credentials.");
}
