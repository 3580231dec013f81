/** Requests a minute and a day, counted for each key and model by the emulator's clock. */

import type { EmulatorClock } from "./clock.js";
import { ServiceError } from "./service-error.js";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

type QuotaPeriod = "minute" | "day";

export class Quota {
  readonly #clock: EmulatorClock;
  readonly #limits: { period: QuotaPeriod; lengthMs: number; limit: number }[];
  readonly #counts = new Map<string, number>();

  constructor(clock: EmulatorClock, perMinute = Number.POSITIVE_INFINITY, perDay = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#limits = [
      { period: "day", lengthMs: dayMs, limit: perDay },
      { period: "minute", lengthMs: minuteMs, limit: perMinute },
    ];
  }

  /** @throws ServiceError 429 as the service words it */
  spend(key: string, model: string): void {
    const now = this.#clock.now();
    const used = this.#limits.map(({ period, lengthMs, limit }) => {
      const window = Math.floor(now / lengthMs);
      const name = JSON.stringify([period, window, key, model]);
      const count = this.#counts.get(name) ?? 0;
      if (count >= limit) throw quotaExceeded(period, limit, model, (window + 1) * lengthMs - now);
      return { name, count };
    });
    for (const { name, count } of used) this.#counts.set(name, count + 1);
  }
}

/** A quota's details tell its period by `quotaId`; the service asks for a wait in either case, which for a day is no help. */
export function quotaExceeded(period: QuotaPeriod, limit: number, model: string, waitMs: number): ServiceError {
  const metric = "generativelanguage.googleapis.com/generate_content_free_tier_requests";
  const retryDelay = `${Math.ceil(waitMs / 1000)}s`;
  const per = period === "day" ? "PerDay" : "PerMinute";
  const message =
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, " +
    `head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: ${metric}, limit: ${limit}, ` +
    `model: ${model}\nPlease retry in ${retryDelay}.`;
  return new ServiceError("RESOURCE_EXHAUSTED", message, quotaDetails(per, limit, model, retryDelay));
}

function quotaDetails(per: string, limit: number, model: string, retryDelay: string): unknown[] {
  const url = "https://ai.google.dev/gemini-api/docs/rate-limits";
  return [
    {
      "@type": "type.googleapis.com/google.rpc.Help",
      links: [{ description: "Learn more about Gemini API quotas", url }],
    },
    {
      "@type": "type.googleapis.com/google.rpc.QuotaFailure",
      violations: [
        {
          quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
          quotaId: `GenerateRequests${per}PerProjectPerModel-FreeTier`,
          quotaDimensions: { location: "global", model },
          quotaValue: String(limit),
        },
      ],
    },
    { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay },
  ];
}
