/** What the page knows, in one place. Views watch the members they show; nothing else passes between them. */

import type { BuiltRequest, Estimate, MediaResolution, PreparedMedia } from "gemini-vision-wasm";

export interface Picture {
  readonly id: number;
  readonly name: string;
  readonly media: PreparedMedia;
  /** A blob: address of the bytes that would be sent. */
  readonly previewUrl: string;
}

export interface Connection {
  readonly baseUrl: string;
  /** The page's own host answers as the emulator does, so no key is needed. */
  readonly emulator: boolean;
}

export interface State {
  readonly pictures: readonly Picture[];
  readonly prompt: string;
  readonly model: string;
  readonly mediaResolution: MediaResolution;
  /** null while it is looked for, and when the address given cannot be used. */
  readonly connection: Connection | null;
  /** Memory only, by design: nothing in this page writes it anywhere. */
  readonly apiKey: string;
  /** By model, for what is there now; empty while there is nothing to send. */
  readonly estimates: ReadonlyMap<string, Estimate>;
  readonly request: BuiltRequest | null;
}

export interface Store {
  readonly state: State;
  set(changes: Partial<State>): void;
  /** Calls `listener` now, and again after each change of one of `members`. */
  watch(members: readonly (keyof State)[], listener: (state: State) => void): void;
}

export function createStore(initial: State): Store {
  let state = initial;
  const watchers: { members: readonly (keyof State)[]; listener: (state: State) => void }[] = [];
  return {
    get state() {
      return state;
    },
    set(changes) {
      const before = state;
      state = { ...state, ...changes };
      for (const { members, listener } of watchers) {
        if (members.some((member) => state[member] !== before[member])) listener(state);
      }
    },
    watch(members, listener) {
      watchers.push({ members, listener });
      listener(state);
    },
  };
}
