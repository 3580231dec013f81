/** Where requests go: to the emulator that serves this page, if one does; else to Google. */

import type { Connection } from "./state.js";

export const googleBaseUrl = "https://generativelanguage.googleapis.com";

/** What the emulator calls itself in the `Server` header of a page it serves. */
const emulatorName = "gemini-vision-wasm-emulator";

/** The emulator takes any key, but as the real service it wants one. */
const emulatorKey = "emulator";

function ownBaseUrl(): string {
  return new URL(".", location.href).href.replace(/\/$/, "");
}

/**
 * Asks the page's own host, and nobody else, who it is. It is asked for the page, which is there on every host: asking a
 * file server for the API would put a 404 into everybody's console.
 */
export async function findConnection(): Promise<Connection> {
  const baseUrl = ownBaseUrl();
  try {
    const { headers } = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    if (headers.get("server") === emulatorName) return { baseUrl, emulator: true };
  } catch {
    // Nobody answers: the page came from a cache.
  }
  return { baseUrl: googleBaseUrl, emulator: false };
}

export type CheckedBaseUrl = { readonly baseUrl: string } | { readonly problem: string };

/** The page's policy would stop other hosts with a message only developers see; this one is for everybody. */
export function checkBaseUrl(text: string): CheckedBaseUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { problem: `Write a whole address, such as ${googleBaseUrl}` };
  if (url.origin !== location.origin && url.origin !== googleBaseUrl) {
    return { problem: `This page may talk to ${location.origin} and ${googleBaseUrl} only.` };
  }
  return { baseUrl: `${url.origin}${url.pathname}`.replace(/\/+$/, "") };
}

/** undefined: a key is needed and missing. */
export function keyFor(connection: Connection | null, typed: string): string | undefined {
  if (typed !== "") return typed;
  return connection !== null && new URL(connection.baseUrl).origin === location.origin ? emulatorKey : undefined;
}
