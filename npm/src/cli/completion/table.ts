/** What the scripts are made from. */

/** Words; or what a shell finds by itself; "anything": nothing to offer. */
export type Values = readonly string[] | "files" | "folders" | "anything";

export interface CompletedFlag {
  name: string;
  short?: string;
  help: string;
  /** undefined: it takes none. */
  values: Values | undefined;
}

export interface CompletedCommand {
  name: string;
  summary: string;
  /** What stands after the name, and what after that. */
  first: Values;
  rest: Values;
  flags: readonly CompletedFlag[];
}
