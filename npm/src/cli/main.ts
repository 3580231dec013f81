#!/usr/bin/env node
/** `gemini-vision`: finds the command, parses its options, turns its outcome into an exit code. */

import { readFile } from "node:fs/promises";
import { askCommand } from "./ask.js";
import { batchCommand } from "./batch.js";
import { type Command, complain, exitCodes, helpOf, print } from "./command.js";
import { completionCommand } from "./completion/command.js";
import { compareCommand, estimateCommand } from "./estimate.js";
import { expandFiles } from "./files.js";
import { modelsCommand } from "./models.js";
import { parseCommandLine, refuseKeyFlag, UsageError } from "./options.js";
import { prepareCommand } from "./prepare.js";
import { probeCommand } from "./probe.js";
import { filesCommand } from "./remote-files.js";
import { requestCommand } from "./request.js";
import { serveCommand } from "./serve.js";

const workCommands: readonly Command[] = [
  estimateCommand,
  compareCommand,
  probeCommand,
  prepareCommand,
  requestCommand,
  askCommand,
  batchCommand,
  filesCommand,
  modelsCommand,
  serveCommand,
];

const commands = [...workCommands, completionCommand(workCommands)];

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    "Usage: gemini-vision COMMAND [options]",
    "",
    ...lines,
    "",
    "The key is read from GEMINI_API_KEY, the address of another service from GEMINI_BASE_URL.",
    '"gemini-vision COMMAND --help" lists the options. NO_COLOR=1 leaves colours out.',
    "",
    "Exit codes:",
    `  ${exitCodes.done}  done`,
    `  ${exitCodes.failed}  something failed; of several files, the others are done`,
    `  ${exitCodes.usage}  wrong usage; nothing was done`,
    `  ${exitCodes.tooDear}  it may cost more than --max-cost; nothing was sent`,
  ].join("\n");
}

function findCommand(name: string | undefined): Command | undefined {
  return commands.find((command) => command.name === name);
}

async function version(): Promise<string> {
  const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

async function run(args: string[]): Promise<number> {
  refuseKeyFlag(args);
  const [name, ...rest] = args;
  if (name === undefined) {
    process.stderr.write(`${overview()}\n`);
    return exitCodes.usage;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    print(overview());
    return exitCodes.done;
  }
  if (name === "--version") {
    print(await version());
    return exitCodes.done;
  }
  const command = findCommand(name);
  if (command === undefined) throw new UsageError(`Unknown command "${name}"; "gemini-vision --help" lists them.`);
  const { values, files } = parseCommandLine(rest, [...command.options, "json", "help"]);
  if (values.help === true) {
    print(helpOf(command).trimEnd());
    return exitCodes.done;
  }
  return command.run(values, command.operands.startsWith("FILE") ? await expandFiles(files) : files);
}

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  complain(findCommand(process.argv[2])?.name ?? "usage", error);
  process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
}
