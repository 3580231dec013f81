/** Node's own modules, asked for in a way that no bundler can see and stumble over. */

interface Builtins {
  crypto: typeof import("node:crypto");
  "fs/promises": typeof import("node:fs/promises");
  os: typeof import("node:os");
  url: typeof import("node:url");
  worker_threads: typeof import("node:worker_threads");
}

/** @returns undefined where there is no such module, as in a browser */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const load = globalThis.process?.getBuiltinModule as ((name: string) => unknown) | undefined;
  return load?.(name) as Builtins[Name] | undefined;
}
