/** The client that commands talk to the service with. */

import { GeminiClient } from "../client.js";
import type { ClientOptions } from "../types.js";
import { type OptionValues, text, UsageError } from "./options.js";

/** A dry run sends nothing and needs no key. */
export function clientFor(values: OptionValues, options: ClientOptions = {}): GeminiClient {
  const apiKey = process.env.GEMINI_API_KEY;
  if (!apiKey && values["dry-run"] !== true)
    throw new UsageError("Set GEMINI_API_KEY to your key; the emulator takes any.");
  const baseUrl = text(values, "base-url") ?? process.env.GEMINI_BASE_URL;
  return new GeminiClient({ ...(apiKey && { apiKey }), ...(baseUrl && { baseUrl }), ...options });
}
