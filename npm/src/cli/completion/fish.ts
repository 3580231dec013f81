import type { CompletedCommand, CompletedFlag, Values } from "./table.js";

const quoted = (text: string): string => `'${text.replace(/['\\]/g, "\\$&")}'`;

export function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = ["complete -c gemini-vision -f"];
  for (const { name, summary } of commands) {
    lines.push(`complete -c gemini-vision -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`);
  }
  for (const command of commands) {
    const when = (test = "") =>
      `complete -c gemini-vision -n ${quoted(`__fish_seen_subcommand_from ${command.name}${test}`)}`;
    for (const flag of command.flags) lines.push(`${when()} ${flagWords(flag)}`);
    const isFirst = "; and test (count (commandline -opc)) -eq 2";
    const isLater = "; and test (count (commandline -opc)) -gt 2";
    if (command.first !== "anything") lines.push(`${when(isFirst)} ${argument(command.first)}`);
    if (command.rest !== "anything") lines.push(`${when(isLater)} ${argument(command.rest)}`);
  }
  return `${lines.join("\n")}\n`;
}

function flagWords({ name, short, help, values }: CompletedFlag): string {
  const names = `-l ${name}${short === undefined ? "" : ` -s ${short}`}`;
  // -x: a value, and no files.
  const value = values === undefined ? "" : ` ${values === "files" ? "-r" : "-x"} ${argument(values)}`.trimEnd();
  return `${names}${value} -d ${quoted(help)}`;
}

function argument(values: Values): string {
  if (typeof values === "object") return `-a ${quoted(values.join(" "))}`;
  return { files: "-F", folders: "-a '(__fish_complete_directories)'", anything: "" }[values];
}
