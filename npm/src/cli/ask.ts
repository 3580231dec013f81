import type { GeminiClient } from "../client.js";
import type { GenerateContentResponse, UsageMetadata } from "../types.js";
import { type Command, complain, exitCodes, print, printJson, warn } from "./command.js";
import { clientFor } from "./connect.js";
import { type Gathered, gather } from "./contents.js";
import { detect } from "./detect.js";
import { count, table, usd } from "./format.js";
import { type OptionValues, text, UsageError } from "./options.js";
import { prepareFlags } from "./prepare-options.js";
import { beforeSending, maxCost } from "./spending.js";
import { plannedOutput } from "./targets.js";
import { keep } from "./write-file.js";

export const askCommand: Command = {
  name: "ask",
  operands: "FILE…",
  summary:
    "Prepares the files, sends them with the prompt, prints the answer and what it cost; with -o answer.txt its text goes " +
    "there. With --detect: finds things in a picture and draws them (-o boxes.svg) or lists them as COCO (-o boxes.json). " +
    "Key: GEMINI_API_KEY.",
  options: [
    ...(["model", "prompt", "media-resolution", "max-output-tokens", "stream", "base-url"] as const),
    ...(["detect", "kind", "output", "force", "dry-run", "max-cost"] as const),
    ...prepareFlags,
  ],
  async run(values, files) {
    const client = clientFor(values);
    maxCost(values); // a wrong option is said once, before any file
    const isDetection = text(values, "detect") !== undefined;
    if (isDetection && values.stream === true) {
      throw new UsageError("--stream prints a text as it comes; what --detect finds is drawn when all of it is there.");
    }
    if (!isDetection && text(values, "kind") !== undefined) throw new UsageError("--kind is of what --detect finds.");
    const output = await plannedOutput(values, files);
    if (isDetection) return runDetect(client, values, files, output);
    const gathered = await gather(values, files);
    if (gathered === undefined) return exitCodes.failed;
    try {
      const stop = await beforeSending(values, gathered.ask);
      if (stop !== undefined) return stop;
      const answer = values.stream === true ? await stream(client, gathered, values) : await whole(client, gathered);
      return await report(values, answer, gathered.changes, output);
    } catch (error) {
      complain(gathered.ask.model, error);
      return exitCodes.failed;
    }
  },
};

async function runDetect(
  client: GeminiClient,
  values: OptionValues,
  files: string[],
  output: string | undefined,
): Promise<number> {
  try {
    return await detect(client, values, files, output);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    complain(files.join(", "), error);
    return exitCodes.failed;
  }
}

async function whole(client: GeminiClient, { ask }: Gathered): Promise<GenerateContentResponse> {
  const answer = await client.models.generateContent(ask);
  warn(ask.model, answer.warnings);
  return answer;
}

/** Prints the text, or the chunks, as they come. */
async function stream(client: GeminiClient, { ask }: Gathered, values: OptionValues): Promise<GenerateContentResponse> {
  const chunks = await client.models.generateContentStream(ask);
  warn(ask.model, chunks.warnings);
  for await (const chunk of chunks) {
    if (values.json === true) printJson(chunk);
    else process.stdout.write(chunk.text);
  }
  return chunks.response;
}

/** Writes the text where it is wanted, and prints what has not been printed or written yet. @returns the exit code */
async function report(
  values: OptionValues,
  answer: GenerateContentResponse,
  changes: readonly string[],
  output: string | undefined,
): Promise<number> {
  const isStreamed = values.stream === true;
  const isWritten = output !== undefined && (await writeText(output, answer, values.force === true));
  if (values.json !== true) {
    const costs = table([...(isWritten ? [["answer", output]] : []), ...costRows(answer, changes)], "ll", "");
    if (isStreamed) print(`${answer.text === "" ? reasonForSilence(answer) : ""}\n\n${costs}`);
    else print(isWritten ? costs : `${answer.text || reasonForSilence(answer)}\n\n${costs}`);
  } else if (!isStreamed) {
    printJson(answer);
  }
  return output === undefined || isWritten ? exitCodes.done : exitCodes.failed;
}

/** @returns whether it is there; what is not is complained of */
async function writeText(output: string, answer: GenerateContentResponse, overwrite: boolean): Promise<boolean> {
  const { text: words } = answer;
  if (words !== "") return keep(output, words.endsWith("\n") ? words : `${words}\n`, overwrite);
  complain(output, new Error(`is not written: ${reasonForSilence(answer)}`));
  return false;
}

function costRows(answer: GenerateContentResponse, changes: readonly string[]): string[][] {
  return [
    ...changes.map((change) => ["prepared", change]),
    ["usage", usageLine(answer.usageMetadata)],
    ["cost", answer.cost === null ? "no known price" : costLine(answer.cost)],
  ];
}

function reasonForSilence({ promptFeedback, candidates }: GenerateContentResponse): string {
  const reason = promptFeedback?.blockReason ?? candidates[0]?.finishReason ?? "no reason given";
  return `(no text: ${reason})`;
}

function usageLine(usage: UsageMetadata | undefined): string {
  if (usage === undefined) return "not told";
  const details = (usage.promptTokensDetails ?? []).map(
    ({ modality, tokenCount }) => `${count(tokenCount ?? 0)} ${String(modality).toLowerCase()}`,
  );
  const prompt = `${count(usage.promptTokenCount ?? 0)} prompt${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
  const thoughts = usage.thoughtsTokenCount ? ` + ${count(usage.thoughtsTokenCount)} thoughts` : "";
  const answer = `${count(usage.candidatesTokenCount ?? 0)} answer`;
  return `${prompt} + ${answer}${thoughts} = ${count(usage.totalTokenCount ?? 0)} tokens`;
}

function costLine({
  usd: total,
  inputUsd,
  outputUsd,
  pricesAsOf,
}: NonNullable<GenerateContentResponse["cost"]>): string {
  return `${usd(total)} = ${usd(inputUsd)} prompt + ${usd(outputUsd)} answer (prices as of ${pricesAsOf})`;
}
