/** What estimates take and give. */

import type { MediaResolution, Warning } from "../types.js";

/** "observed": what the service has been recorded to bill. "documented": published rules. */
export type EstimateBasis = "observed" | "documented";

export interface EstimateOptions {
  basis?: EstimateBasis;
  /** The day whose prices count; default now. */
  at?: Date | string | number;
  batch?: boolean;
  /** Expected answer length, thoughts included; adds `outputUsd`. */
  outputTokens?: number;
  /** How media travels; video frames of 3.x models bill differently. */
  via?: "inline" | "files";
  order?: "text-after-image" | "as-given";
  signal?: AbortSignal;
}

export interface CompareOptions extends EstimateOptions {
  /** Default: every model that is not retired at `at`. */
  models?: string[];
  /** Default: the one of `config`. */
  mediaResolutions?: MediaResolution[];
}

export interface EstimatePart {
  /** null: cannot be known offline, such as a foreign fileUri or what `config.cachedContent` names. */
  readonly tokens: number | null;
  /** "text", "image", "document", "video", "audio", "file", "cache", … */
  readonly kind: string;
  readonly basis: "observed" | "documented" | "unverified";
  readonly tiles?: {
    readonly columns: number;
    readonly rows: number;
    readonly width: number;
    readonly height: number;
    readonly overview: boolean;
  };
  readonly grid?: { readonly columns: number; readonly rows: number };
  readonly frames?: number;
  readonly pages?: number;
  readonly seconds?: number;
  /** Of media: how many more of the same size the context window has room for, beside all that is in this request. */
  readonly roomFor?: number;
  /** Arithmetic a person can follow: "34 × 32 = 1088: …". Every equation in it holds. */
  readonly explanation: string;
}

export interface EstimateCost {
  readonly usd: number;
  readonly inputUsd: number;
  readonly outputUsd?: number;
  readonly covers: "input" | "input+output";
  /** USD for a million tokens, at the tier that applies. */
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  readonly effectiveFrom: string;
  readonly pricesAsOf: string;
  readonly batch: boolean;
}

export interface Estimate {
  readonly model: string;
  /** Sum of the parts that are known. */
  readonly tokens: number;
  /** False when some part's tokens are null. */
  readonly complete: boolean;
  readonly parts: readonly EstimatePart[];
  readonly mediaResolution?: string;
  readonly cost: EstimateCost | null;
  readonly contextWindow: number;
  readonly fits: boolean;
  readonly warnings: readonly Warning[];
}

/** `usageMetadata` of an answer; the service leaves counts out when they are zero. */
export interface UsageMetadata {
  promptTokenCount?: number;
  candidatesTokenCount?: number;
  thoughtsTokenCount?: number;
  toolUsePromptTokenCount?: number;
  cachedContentTokenCount?: number;
  totalTokenCount?: number;
  promptTokensDetails?: readonly ModalityTokenCount[];
  cacheTokensDetails?: readonly ModalityTokenCount[];
  candidatesTokensDetails?: readonly ModalityTokenCount[];
  toolUsePromptTokensDetails?: readonly ModalityTokenCount[];
  [field: string]: unknown;
}

export interface ModalityTokenCount {
  modality?: string;
  tokenCount?: number | null;
}
