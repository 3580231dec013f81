/** The named values of `@google/generative-ai`: objects, so that code which reads them as values goes on to work. */

const sameNames = <const Names extends readonly string[]>(...names: Names) =>
  Object.freeze(Object.fromEntries(names.map((name) => [name, name]))) as { readonly [Name in Names[number]]: Name };

/** Values of these are the names in lower case. */
const lowerNames = <const Names extends readonly string[]>(...names: Names) =>
  Object.freeze(Object.fromEntries(names.map((name) => [name, name.toLowerCase()]))) as {
    readonly [Name in Names[number]]: Lowercase<Name>;
  };

export const BlockReason = sameNames("BLOCKED_REASON_UNSPECIFIED", "SAFETY", "OTHER");
export const FinishReason = sameNames(
  "FINISH_REASON_UNSPECIFIED",
  "STOP",
  "MAX_TOKENS",
  "SAFETY",
  "RECITATION",
  "LANGUAGE",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "MALFORMED_FUNCTION_CALL",
  "OTHER",
);
export const FunctionCallingMode = sameNames("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE");
export const DynamicRetrievalMode = sameNames("MODE_UNSPECIFIED", "MODE_DYNAMIC");
export const HarmBlockThreshold = sameNames(
  "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
  "BLOCK_LOW_AND_ABOVE",
  "BLOCK_MEDIUM_AND_ABOVE",
  "BLOCK_ONLY_HIGH",
  "BLOCK_NONE",
);
export const HarmCategory = sameNames(
  "HARM_CATEGORY_UNSPECIFIED",
  "HARM_CATEGORY_HATE_SPEECH",
  "HARM_CATEGORY_SEXUALLY_EXPLICIT",
  "HARM_CATEGORY_HARASSMENT",
  "HARM_CATEGORY_DANGEROUS_CONTENT",
  "HARM_CATEGORY_CIVIC_INTEGRITY",
);
export const HarmProbability = sameNames("HARM_PROBABILITY_UNSPECIFIED", "NEGLIGIBLE", "LOW", "MEDIUM", "HIGH");
export const TaskType = sameNames(
  "TASK_TYPE_UNSPECIFIED",
  "RETRIEVAL_QUERY",
  "RETRIEVAL_DOCUMENT",
  "SEMANTIC_SIMILARITY",
  "CLASSIFICATION",
  "CLUSTERING",
);
export const SchemaType = lowerNames("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT");
export const ExecutableCodeLanguage = lowerNames("LANGUAGE_UNSPECIFIED", "PYTHON");
export const Outcome = lowerNames("OUTCOME_UNSPECIFIED", "OUTCOME_OK", "OUTCOME_FAILED", "OUTCOME_DEADLINE_EXCEEDED");
export const FileState = sameNames("STATE_UNSPECIFIED", "PROCESSING", "ACTIVE", "FAILED");
export const POSSIBLE_ROLES = ["user", "model", "function", "system"] as const;
