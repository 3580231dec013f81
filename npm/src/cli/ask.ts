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

export const askCommand: Command = {
  name: "ask",
  operands: "FILE…",
  summary:
    "Prepares the files, sends them with the prompt, prints the answer and what it cost. With --detect: finds things in a " +
    "picture and draws them (-o boxes.svg). Key: GEMINI_API_KEY.",
  options: [
    ...(["model", "prompt", "media-resolution", "max-output-tokens", "stream", "base-url"] as const),
    ...(["detect", "kind", "output", "dry-run", "max-cost"] as const),
    ...prepareFlags,
  ],
  async run(values, files) {
    const client = clientFor(values);
    maxCost(values); // a wrong option is said once, before any file
    if (text(values, "detect") !== undefined) return runDetect(client, values, files);
    const gathered = await gather(values, files);
    if (gathered === undefined) return exitCodes.failed;
    try {
      const stop = await beforeSending(values, gathered.ask);
      if (stop !== undefined) return stop;
      if (values.stream === true) {
        await stream(client, gathered, values.json === true);
        return exitCodes.done;
      }
      const answer = await client.models.generateContent(gathered.ask);
      warn(gathered.ask.model, answer.warnings);
      if (values.json === true) printJson(answer);
      else print(describe(answer, gathered.changes));
      return exitCodes.done;
    } catch (error) {
      complain(gathered.ask.model, error);
      return exitCodes.failed;
    }
  },
};

async function runDetect(client: GeminiClient, values: OptionValues, files: string[]): Promise<number> {
  try {
    return await detect(client, values, files);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    complain(files.join(", "), error);
    return exitCodes.failed;
  }
}

/** The text as it comes, what it cost at its end. */
async function stream(client: GeminiClient, gathered: Gathered, asJson: boolean): Promise<void> {
  const { model } = gathered.ask;
  const stream = await client.models.generateContentStream(gathered.ask);
  warn(model, stream.warnings);
  for await (const chunk of stream) {
    if (asJson) printJson(chunk);
    else process.stdout.write(chunk.text);
  }
  const answer = await stream.response;
  if (!asJson)
    print(`${answer.text === "" ? reasonForSilence(answer) : ""}\n\n${describeCost(answer, gathered.changes)}`);
}

function describe(answer: GenerateContentResponse, changes: readonly string[]): string {
  return `${answer.text || reasonForSilence(answer)}\n\n${describeCost(answer, changes)}`;
}

function describeCost(answer: GenerateContentResponse, changes: readonly string[]): string {
  const rows = [
    ...changes.map((change) => ["prepared", change]),
    ["usage", usageLine(answer.usageMetadata)],
    ["cost", answer.cost === null ? "no known price" : costLine(answer.cost)],
  ];
  return table(rows, "ll", "");
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
