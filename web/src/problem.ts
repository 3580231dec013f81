/** Errors, in words, with the code by which they can be looked up. */

export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** An error with a problem of its own: something the page itself refuses, or what went wrong in the worker. */
export class PageError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Reads members, not classes: the same error may come from the package, from the page, or out of the worker. */
export function toProblem(error: unknown): Problem {
  if (!(error instanceof Error)) return { code: "unknown", message: String(error) };
  const { code, status, reason } = error as { code?: unknown; status?: unknown; reason?: unknown };
  if (typeof code !== "string") return { code: error.name, message: error.message };
  const known = [code, typeof status === "number" && status > 0 && status, typeof reason === "string" && reason];
  return { code: known.filter(Boolean).join(" · "), message: error.message };
}
