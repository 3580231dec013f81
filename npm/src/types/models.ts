/** Models and what they cost. */

/** USD for a million tokens. A modality without a price of its own costs `input` or `output`. */
export interface TokenPrices {
  readonly input: number;
  /** Text, and thoughts. */
  readonly output: number;
  /** Prompt tokens served from a cache; without it they cost what others cost. */
  readonly cachedInput?: number;
  /** Pages of documents too. */
  readonly imageInput?: number;
  readonly videoInput?: number;
  readonly audioInput?: number;
  readonly cachedAudioInput?: number;
  readonly imageOutput?: number;
  readonly audioOutput?: number;
}

/** Prices of the Batch API stand beside those of single requests; without them none are known. */
export interface TierPrices extends TokenPrices {
  readonly batch?: TokenPrices;
}

/** What a model costs from a day on, until the next row's day. */
export interface PriceRow extends TierPrices {
  /** First day, "2026-12-01", in UTC. Days before the first row are charged as by the first row. */
  readonly effectiveFrom: string;
  /** Where the numbers were read. */
  readonly source: string;
  /** Day on which the source was last seen to say so. */
  readonly checked: string;
  /** Prompts of more than `above` tokens are charged at these prices altogether, and so are their answers. */
  readonly tiers?: readonly (TierPrices & { readonly above: number })[];
}

/** What is known of a model. Days are written "2026-12-01". */
export interface ModelInfo {
  readonly id: string;
  /** Generation of token rules, such as "gemini-3". */
  readonly ruleSet: string;
  /** Tokens a prompt may have; from Gemini 4 on the answer counts too. */
  readonly contextWindow: number;
  readonly outputTokenLimit: number;
  readonly released?: string;
  /** From this day on Google advises against it, though the id still answers. */
  readonly deprecated?: string;
  /** From this day on it is gone; may lie ahead. */
  readonly retired?: string;
  /** What to use instead. */
  readonly successor?: string;
  /** The service itself lets the successor answer: from `retired` on, or from `deprecated` on when no end is known. */
  readonly routed?: boolean;
  /** Other ids of the same model. */
  readonly aliases?: readonly string[];
  /** In order of their days; null when no price is known. */
  readonly prices: readonly PriceRow[] | null;
  /** The newest day on which a source of these prices was read. */
  readonly pricesAsOf: string | null;
}

/** A price row of your own; only `input` and `output` are needed. */
export type PriceRegistration = TierPrices & Partial<PriceRow>;

/** A model this package does not know, or knows otherwise. */
export interface ModelRegistration extends Partial<Omit<ModelInfo, "id" | "prices">> {
  readonly id: string;
  /** A known model that lends rules, limits and prices not given here. Else `ruleSet` and `contextWindow` are needed. */
  readonly like?: string;
  readonly prices?: PriceRegistration | readonly PriceRegistration[] | null;
}

export interface CostOptions {
  /** The model that answered. */
  model: string;
  /** The day whose prices count; default now. */
  at?: Date | string | number;
  /** The answer came from the Batch API. Default false. */
  batch?: boolean;
}
