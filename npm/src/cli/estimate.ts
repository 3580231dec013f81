import { compare, estimate } from "../estimate.js";
import { probe } from "../probe.js";
import type { ContentItem, Estimate, MediaFacts, MediaInfo, Warning } from "../types.js";
import { type Command, forEachFile, print, printJson, warn } from "./command.js";
import { costLine, count, facts, headedTable, table, usd } from "./format.js";
import { estimateOptions, mediaResolution, type OptionValues, text, UsageError } from "./options.js";

export const estimateCommand: Command = {
  name: "estimate",
  operands: "FILE…",
  summary:
    "Tokens and cost before anything is sent; needs neither network nor key. Without --model: a table of all current ones.",
  options: ["model", "prompt", "media-resolution", "basis", "at", "batch", "output-tokens", "via", "together"],
  run: (values, files) => run(values, files, text(values, "model")),
};

export const compareCommand: Command = {
  name: "compare",
  operands: "FILE…",
  summary: "Tokens and cost of the same request on several models.",
  options: ["models", ...estimateCommand.options.filter((name) => name !== "model")],
  run: (values, files) => run(values, files, undefined),
};

/** One file, or several that make one request. */
interface Subject {
  name: string;
  infos: MediaInfo[];
}

async function run(values: OptionValues, files: string[], model: string | undefined): Promise<number> {
  estimateOptions(values); // a wrong option is said once, before any file
  mediaResolution(values);
  const prompt = text(values, "prompt");
  if (files.length === 0 && prompt === undefined) throw new UsageError("Name at least one file, or give a --prompt.");
  const report = (subject: Subject): Promise<void> =>
    model === undefined ? reportAll(values, subject) : reportOne(values, subject, model);
  if (files.length > 0 && values.together !== true) {
    return forEachFile(files, "estimating", async (file) => report({ name: file, infos: [await probe(file)] }));
  }
  const infos: MediaInfo[] = [];
  const failed = await forEachFile(files, "probing", async (file) => void infos.push(await probe(file)));
  if (failed !== 0) return failed;
  const name = files.length === 0 ? "prompt" : files.join(" + ");
  return forEachFile([name], "estimating", () => report({ name, infos }));
}

function askOf(values: OptionValues, { infos }: Subject) {
  const prompt = text(values, "prompt");
  const resolution = mediaResolution(values);
  const contents: ContentItem<MediaFacts>[] = infos.map((info) => ({ media: info as MediaFacts }));
  if (prompt !== undefined) contents.push(prompt);
  return { contents, ...(resolution && { config: { mediaResolution: resolution } }) };
}

async function reportOne(values: OptionValues, subject: Subject, model: string): Promise<void> {
  const result = await estimate({ model, ...askOf(values, subject) }, estimateOptions(values));
  if (values.json === true) return printJson({ file: subject.name, media: subject.infos, ...result });
  print(`${subject.name}\n${table([...factRows(subject), ...estimateRows(result)], "ll")}`);
}

/** The estimate repeats their warnings. */
function factRows({ infos }: Subject): string[][] {
  return infos.map((info) => ["facts", facts(info)]);
}

function warningRows(warnings: readonly Warning[]): string[][] {
  return warnings.map(({ code, message }) => ["warning", `${message} (${code})`]);
}

export function estimateRows(result: Estimate): string[][] {
  const { tokens, complete, cost, contextWindow } = result;
  const fits = complete ? "fits" : "fits so far";
  const width = count(tokens).length;
  const amount = (value: number | null): string => `${(value === null ? "?" : count(value)).padStart(width)} tokens`;
  return [
    ["model", result.model],
    ...result.parts.map((part) => {
      const unsure = part.basis === "unverified" ? " [unverified]" : "";
      return [part.kind, `${amount(part.tokens)}  ${part.explanation}${unsure}`];
    }),
    ["total", `${amount(tokens)}${complete ? "" : "  without the parts that cannot be known offline"}`],
    ["cost", `${complete || cost === null ? "" : "at least "}${costLine(cost)}`],
    ["window", `${result.fits ? fits : "does NOT fit"}: ${count(tokens)} of ${count(contextWindow)} tokens`],
    ...roomRows(result),
    ...warningRows(result.warnings),
  ];
}

const plurals: Readonly<Record<string, string>> = {
  image: "pictures",
  document: "documents",
  video: "films",
  audio: "recordings",
};

/** How many more of each would fit. */
function roomRows({ parts }: Estimate): string[][] {
  return parts.flatMap(({ kind, roomFor }) =>
    roomFor === undefined ? [] : [["room", `for ${count(roomFor)} more such ${plurals[kind] ?? kind}`]],
  );
}

async function reportAll(values: OptionValues, subject: Subject): Promise<void> {
  const models = text(values, "models")
    ?.split(",")
    .map((id) => id.trim());
  const results = await compare(askOf(values, subject), { ...estimateOptions(values), ...(models && { models }) });
  if (values.json === true) return printJson({ file: subject.name, media: subject.infos, estimates: results });
  const head = subject.infos.map((info) => `  ${facts(info)}`);
  const rows = [["model", "tokens", "USD", "USD for 1,000", ""], ...results.map(comparisonRow)];
  print([subject.name, ...head, headedTable(rows, "lrrrl")].join("\n"));
  warn(subject.name, commonWarnings(results));
}

/** Of the media, whatever the model: a table has no room for those of single models. */
function commonWarnings([first, ...others]: readonly Estimate[]): Warning[] {
  const isIn = ({ message }: Warning, { warnings }: Estimate): boolean =>
    warnings.some((other) => other.message === message);
  return (first?.warnings ?? []).filter((warning) => others.every((other) => isIn(warning, other)));
}

function comparisonRow({ model, tokens, complete, cost, fits, parts }: Estimate): string[] {
  const notes = [
    !complete && "without what is unknown",
    !fits && "does not fit",
    parts.some((part) => part.kind !== "text" && part.basis === "unverified") && "unverified",
  ];
  const least = complete ? "" : "≥ ";
  const price = cost === null ? ["?", "?"] : [least + usd(cost.usd), `${least}$${(cost.usd * 1000).toFixed(3)}`];
  return [model, least + count(tokens), ...price, notes.filter(Boolean).join(", ")];
}
