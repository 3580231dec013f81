/** Who answers: the emulator that serves this page, Google, or the stand-in that is part of the page. */

import { computed, effect, signal } from "@preact/signals";

export const googleBaseUrl = "https://generativelanguage.googleapis.com";

/** What the emulator calls itself in the `Server` header of a page it serves. */
const emulatorName = "gemini-vision-wasm-emulator";

export type Answerer = "emulator" | "stand-in" | "google";

/** null while it is looked for. */
export const answerer = signal<Answerer | null>(null);
export const hasEmulator = signal(false);
/** Of "google": it may be a proxy on the page's own host. */
export const baseUrl = signal(googleBaseUrl);
export const apiKey = signal("");
export const keepKey = signal(false);

/** Without a trailing slash: the emulator's API lies beside the page. */
const ownBaseUrl = (): string => new URL(".", location.href).href.replace(/\/$/, "");

/** What is wrong with the address; the page's policy would stop it with a message only developers see. */
export const baseUrlProblem = computed(() => {
  const text = baseUrl.value.trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return `Write a whole address, such as ${googleBaseUrl}`;
  if (url.origin === location.origin || url.origin === googleBaseUrl) return null;
  return `This page may talk to ${location.origin} and ${googleBaseUrl} only.`;
});

export const checkedBaseUrl = computed(() => {
  if (answerer.value !== "google") return ownBaseUrl();
  if (baseUrlProblem.value !== null) return null;
  const { origin, pathname } = new URL(baseUrl.value.trim());
  return `${origin}${pathname}`.replace(/\/+$/, "");
});

/** Emulator and stand-in take any key, but as the real service they want one. */
export const keyToSend = computed(() => (answerer.value === "google" ? apiKey.value.trim() : "any"));

export const connectionName = computed(() => {
  if (answerer.value === null) return "Looking for a local emulator…";
  if (answerer.value === "emulator") return "Local emulator";
  if (answerer.value === "stand-in") return "Stand-in, no model";
  if (baseUrlProblem.value !== null) return "No address to ask";
  return keyToSend.value === "" ? "Gemini API, no key yet" : "Gemini API";
});

/**
 * Asks the page's own host, and nobody else, who it is. It is asked for the page, which is there on every host: asking a
 * file server for the API would put a 404 into everybody's console.
 */
async function isServedByEmulator(): Promise<boolean> {
  try {
    const { headers } = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    return headers.get("server") === emulatorName;
  } catch {
    return false; // nobody answers: the page came from its cache
  }
}

const storedKey = "api-key";

/** The key stays in memory unless a person asks for more, and then until the tab is closed. */
function keepKeyAsAsked(): void {
  const kept = sessionStorage.getItem(storedKey);
  if (kept !== null) {
    apiKey.value = kept;
    keepKey.value = true;
  }
  effect(() => {
    if (keepKey.value && apiKey.value !== "") sessionStorage.setItem(storedKey, apiKey.value);
    else sessionStorage.removeItem(storedKey);
  });
}

export async function findConnection(): Promise<void> {
  keepKeyAsAsked();
  hasEmulator.value = await isServedByEmulator();
  if (answerer.value !== null) return; // somebody was quicker
  if (hasEmulator.value) answerer.value = "emulator";
  else answerer.value = apiKey.value === "" ? "stand-in" : "google";
}
