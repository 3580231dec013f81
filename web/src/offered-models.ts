/** The models a person can choose: those that answer generateContent today. */

import { type ModelInfo, models } from "gemini-vision-wasm/estimate";

const firstChoice = "gemini-3.8-flash";

const today = (): string => new Date().toISOString().slice(0, 10);

/** Embedding models give no text back, live ones talk over a socket; neither answers a request of this page. */
function answers(model: ModelInfo): boolean {
  return model.outputTokenLimit > 0 && !model.ruleSet.endsWith("-live");
}

export function offeredModels(): ModelInfo[] {
  return models.list().filter((model) => answers(model) && (model.retired === undefined || model.retired > today()));
}

/** "deprecated", or "ends 2026-12-01" where a last day is known. */
export function endOf({ deprecated, retired }: ModelInfo): string | undefined {
  if (retired !== undefined) return `ends ${retired}`;
  return deprecated !== undefined && deprecated <= today() ? "deprecated" : undefined;
}

export function defaultModel(offered: readonly ModelInfo[]): string {
  return (offered.find(({ id }) => id === firstChoice) ?? offered[0])?.id ?? firstChoice;
}
