/** The models a person can choose: those that answer generateContent today. */

import { type ModelInfo, models } from "gemini-vision-wasm";

const firstChoice = "gemini-3.8-flash";

/** Embedding models give no text back, live ones talk over a socket; neither answers a request of this page. */
function answers(model: ModelInfo): boolean {
  return model.outputTokenLimit > 0 && !model.ruleSet.endsWith("-live");
}

export function offeredModels(today = new Date().toISOString().slice(0, 10)): ModelInfo[] {
  return models.list().filter((model) => answers(model) && (model.retired === undefined || model.retired > today));
}

export function isDeprecated(model: ModelInfo, today = new Date().toISOString().slice(0, 10)): boolean {
  return model.deprecated !== undefined && model.deprecated <= today;
}

export function defaultModel(offered: readonly ModelInfo[]): string {
  return (offered.find(({ id }) => id === firstChoice) ?? offered[0])?.id ?? firstChoice;
}
