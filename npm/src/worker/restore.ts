/** Arguments as they arrive in a thread, with the sources made again that could not be cloned. */

import type { Restored } from "./messages.js";

type Holder = Record<string | number, unknown>;

export function restore(args: readonly unknown[], restored: readonly Restored[]): readonly unknown[] {
  for (const source of restored) {
    const last = source.path.at(-1) as string | number;
    const holder = source.path.slice(0, -1).reduce<Holder>((at, name) => at[name] as Holder, args as unknown as Holder);
    holder[last] = remake(source);
  }
  return args;
}

function remake(source: Restored): unknown {
  switch (source.kind) {
    case "url":
      return new URL(source.href);
    case "file":
      return new File([source.blob], source.name, { type: source.blob.type });
    case "stream":
      return new Response(source.bytes).body;
    case "response": {
      const response = new Response(source.bytes, {
        headers: source.type === "" ? {} : { "content-type": source.type },
      });
      return Object.defineProperty(response, "url", { value: source.url });
    }
  }
}
