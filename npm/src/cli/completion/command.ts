import { dayOf, generatesContent, isRetired, models } from "../../models.js";
import { type Command, exitCodes, print } from "../command.js";
import { type OptionRow, optionRows, UsageError } from "../options.js";
import { bashScript } from "./bash.js";
import { fishScript } from "./fish.js";
import type { CompletedCommand, CompletedFlag, Values } from "./table.js";
import { zshScript } from "./zsh.js";

const shells: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** @param others every other command, whose completions the scripts hold */
export function completionCommand(others: readonly Command[]): Command {
  const command: Command = {
    name: "completion",
    operands: Object.keys(shells).join("|"),
    summary:
      'Completions for a shell; its start file loads them by eval "$(gemini-vision completion bash)", fish by ' +
      "gemini-vision completion fish | source.",
    options: [],
    async run(_, [name = "", ...rest]) {
      const script = Object.hasOwn(shells, name) && rest.length === 0 ? shells[name] : undefined;
      if (script === undefined) throw new UsageError(`completion takes one of ${Object.keys(shells).join(", ")}.`);
      print(script([...others, command].map(completed)).trimEnd());
      return exitCodes.done;
    },
  };
  return command;
}

function completed({ name, summary, operands, options }: Command): CompletedCommand {
  const flags = ([...options, "json", "help"] as const).map((option): CompletedFlag => {
    const { short, help, ...row }: OptionRow = optionRows[option];
    return { name: option, ...(short && { short }), help, values: valuesOf(row) };
  });
  const [sentence = summary] = summary.split(/[.;:](?: |$)/);
  return { name, summary: sentence, ...operandsOf(operands), flags };
}

function modelIds(): string[] {
  const today = dayOf();
  return models.list().flatMap((model) => (generatesContent(model) && !isRetired(model, today) ? [model.id] : []));
}

function valuesOf({ type, value = "", choices }: Omit<OptionRow, "help" | "short">): Values | undefined {
  if (type === "boolean") return undefined;
  if (choices !== undefined) return [...choices];
  if (value.startsWith("ID")) return modelIds();
  if (value === "DIR") return "folders";
  return value === "PATH" ? "files" : "anything";
}

/** From the words of the usage line: "a|b" are the choices, others name what they are; "…" may be repeated. */
function operandsOf(usage: string): Pick<CompletedCommand, "first" | "rest"> {
  const [first = "", rest = first.endsWith("…") || first.endsWith("…]") ? first : ""] = usage.split(" ");
  return { first: operandOf(first), rest: operandOf(rest) };
}

function operandOf(word: string): Values {
  if (/^[a-z]+(\|[a-z]+)+$/.test(word)) return word.split("|");
  if (/^\[?FILE/.test(word)) return "files";
  if (word === "DIR") return "folders";
  return word.startsWith("[ID") ? modelIds() : "anything";
}
