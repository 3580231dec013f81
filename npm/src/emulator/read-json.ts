/** A body's bytes to JSON, refused as the service refuses it. The engine says where the syntax breaks. */

import { maxJsonDepth } from "./limits.js";
import { badRequest, type ServiceError } from "./service-error.js";

export function readJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  // An empty body is an empty message to the service, not a syntax error.
  if (text.trim() === "") return {};
  const value = parse(text);
  refuseDeepNesting(value);
  return value;
}

function invalidPayload(reason: string): ServiceError {
  return badRequest([{ description: `Invalid JSON payload received. ${reason}` }]);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalidPayload("Encountered non UTF-8 code points.");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidPayload((error as Error).message);
  }
}

/** With a stack of its own: a body of brackets must not exhaust the real one. */
function refuseDeepNesting(root: unknown): void {
  const pending: { value: unknown; depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    if (typeof value !== "object" || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (typeof child !== "object") continue;
      if (depth >= maxJsonDepth) throw invalidPayload(`Message too deep. Max recursion depth reached for key '${key}'`);
      pending.push({ value: child, depth: depth + 1 });
    }
  }
}
