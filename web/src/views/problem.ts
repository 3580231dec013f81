/** Errors, in words, with the code by which they can be looked up. */

import { ApiError, GeminiVisionError } from "gemini-vision-wasm";
import { make } from "../dom.js";

export interface Problem {
  readonly code: string;
  readonly message: string;
}

export function toProblem(error: unknown): Problem {
  if (error instanceof ApiError && error.status > 0) {
    const code = [error.code, String(error.status), error.reason].filter(Boolean).join(" · ");
    return { code, message: error.message };
  }
  if (error instanceof GeminiVisionError) return { code: error.code, message: error.message };
  if (error instanceof Error) return { code: error.name, message: error.message };
  return { code: "unknown", message: String(error) };
}

/** Shows one problem, several, or with null or [] none. `region` is a live region, so it is read aloud as well. */
export function showProblem(region: HTMLElement, error: unknown): void {
  const errors: unknown[] = error === null ? [] : [error].flat();
  region.replaceChildren(...errors.map((one) => toElement(isProblem(one) ? one : toProblem(one))));
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && !(value instanceof Error) && "code" in value;
}

function toElement({ code, message }: Problem): HTMLElement {
  return make("p", { className: "problem" }, make("code", { textContent: code }), ` ${message}`);
}
