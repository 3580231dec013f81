/** `GoogleAICacheManager` of `@google/generative-ai/server`: contents that the service keeps for later requests. */

import type { Content } from "../types.js";
import { asOldCall, jsonBytes, type RequestOptions } from "./call.js";
import { GoogleGenerativeAIError, GoogleGenerativeAIRequestInputError } from "./errors.js";
import { type ModelParams, toInstruction } from "./input.js";

export interface CachedContentBase {
  model?: string;
  contents: Content[];
  displayName?: string;
  systemInstruction?: ModelParams["systemInstruction"];
  tools?: unknown[];
  toolConfig?: unknown;
  /** ISO string; it or `ttlSeconds`. */
  expireTime?: string;
}

export interface CachedContentCreateParams extends CachedContentBase {
  ttlSeconds?: number;
}

export interface CachedContent extends CachedContentBase {
  name?: string;
  ttl?: string;
  createTime?: string;
  updateTime?: string;
}

export interface CachedContentUpdateParams {
  cachedContent: { expireTime?: string; ttlSeconds?: number };
  /** Names of members as they are in the object. */
  updateMask?: string[];
}

export interface ListCacheResponse {
  cachedContents: CachedContent[];
  nextPageToken?: string;
}

type Work = Parameters<typeof asOldCall<Record<string, unknown>>>[3];

export class GoogleAICacheManager {
  readonly apiKey: string;
  readonly #options: RequestOptions;

  constructor(apiKey: string, options: RequestOptions = {}) {
    this.apiKey = apiKey;
    this.#options = options;
  }

  async create(given: CachedContentCreateParams): Promise<CachedContent> {
    const { ttlSeconds, systemInstruction, model, ...content } = given;
    if (ttlSeconds && content.expireTime) {
      const message = "You cannot specify both `ttlSeconds` and `expireTime` when creating a content cache.";
      throw new GoogleGenerativeAIRequestInputError(`${message} You must choose one.`);
    }
    if (!model) throw new GoogleGenerativeAIRequestInputError("Cached content must contain a `model` field.");
    const body = jsonBytes({
      ...content,
      ...withTtl(ttlSeconds),
      ...(systemInstruction && { systemInstruction: toInstruction(systemInstruction) }),
      model: model.includes("/") ? model : `models/${model}`,
    });
    // A second cache would be paid for by the hour.
    return this.#call("cachedContents", (transport, call) => transport.json({ ...call, body, onlyRefused: true }));
  }

  async list({ pageSize, pageToken }: { pageSize?: number; pageToken?: string } = {}): Promise<ListCacheResponse> {
    const query = { pageSize, pageToken };
    const json = await this.#call("cachedContents", (transport, call) =>
      transport.json({ ...call, method: "GET", query }),
    );
    return json as unknown as ListCacheResponse;
  }

  async get(name: string): Promise<CachedContent> {
    return this.#call(pathOf(name), (transport, call) => transport.json({ ...call, method: "GET" }));
  }

  async update(name: string, { cachedContent, updateMask }: CachedContentUpdateParams): Promise<CachedContent> {
    const { ttlSeconds, ...content } = cachedContent;
    const body = jsonBytes({ ...content, ...withTtl(ttlSeconds) });
    const query = { update_mask: updateMask?.map(toSnakeCase).join(",") };
    return this.#call(pathOf(name), (transport, call) => transport.json({ ...call, method: "PATCH", query, body }));
  }

  async delete(name: string): Promise<void> {
    await this.#call(pathOf(name), (transport, call) => transport.json({ ...call, method: "DELETE" }));
  }

  #call(path: string, work: Work): Promise<CachedContent> {
    return asOldCall(this.apiKey, this.#options, { path }, work) as Promise<unknown> as Promise<CachedContent>;
  }
}

function withTtl(seconds: number | undefined): { ttl?: string } {
  return seconds ? { ttl: `${seconds}s` } : {};
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function pathOf(name: string): string {
  const id = name.replace(/^cachedContents\//, "");
  if (id === "") {
    throw new GoogleGenerativeAIError(`Invalid name ${name}. Must be in the format "cachedContents/name" or "name"`);
  }
  return `cachedContents/${encodeURIComponent(id)}`;
}
