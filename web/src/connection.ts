/** Where requests go: to the emulator that serves this page, if one does; else to Google. */

import type { Connection } from "./state.js";

export const googleBaseUrl = "https://generativelanguage.googleapis.com";

/** The emulator takes any key, but as the real service it wants one. */
const emulatorKey = "emulator";

function ownBaseUrl(): string {
  return new URL(".", location.href).href.replace(/\/$/, "");
}

/** Asks the page's own host, and nobody else, for a list of models. Any other answer means: a plain file server. */
export async function findConnection(): Promise<Connection> {
  const baseUrl = ownBaseUrl();
  try {
    const response = await fetch(`${baseUrl}/v1beta/models?pageSize=1`, {
      headers: { "x-goog-api-key": emulatorKey },
    });
    const { models } = response.ok ? ((await response.json()) as { models?: unknown }) : {};
    if (Array.isArray(models)) return { baseUrl, emulator: true };
  } catch {
    // No JSON, or no answer: a file server, or none at all.
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
export function keyFor({ baseUrl }: Connection, typed: string): string | undefined {
  if (typed !== "") return typed;
  return new URL(baseUrl).origin === location.origin ? emulatorKey : undefined;
}
