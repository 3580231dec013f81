/**
 * `GoogleAIFileManager` and `GoogleAICacheManager` with the shapes of
 * `@google/generative-ai/server`.
 *
 * @module gemini-vision-wasm/generative-ai/server
 */

import { fileName } from "../client/remote-file.js";
import { upload } from "../client/upload.js";
import type { RemoteFile, Source } from "../types.js";
import { asOldCall, type RequestOptions, type SingleRequestOptions } from "./call.js";
import { GoogleGenerativeAIRequestInputError } from "./errors.js";

export {
  type CachedContent,
  type CachedContentBase,
  type CachedContentCreateParams,
  type CachedContentUpdateParams,
  GoogleAICacheManager,
  type ListCacheResponse,
} from "./caches.js";
export type { RequestOptions, SingleRequestOptions } from "./call.js";
export { ExecutableCodeLanguage, FileState, FunctionCallingMode, Outcome, SchemaType } from "./enums.js";
export {
  GoogleGenerativeAIAbortError,
  GoogleGenerativeAIError,
  GoogleGenerativeAIFetchError,
  GoogleGenerativeAIRequestInputError,
} from "./errors.js";

export interface FileMetadata {
  mimeType: string;
  displayName?: string;
  name?: string;
}

export type FileMetadataResponse = RemoteFile;

export interface UploadFileResponse {
  file: FileMetadataResponse;
}

export interface ListFilesResponse {
  files: FileMetadataResponse[];
  nextPageToken?: string;
}

export class GoogleAIFileManager {
  readonly apiKey: string;
  readonly #options: RequestOptions;

  constructor(apiKey: string, options: RequestOptions = {}) {
    this.apiKey = apiKey;
    this.#options = options;
  }

  /** A path or bytes, as before, and any other source. Sent in pieces that can be resumed, where the old client sent all at once. */
  async uploadFile(
    file: Source,
    { mimeType, displayName, name }: FileMetadata,
    options: SingleRequestOptions = {},
  ): Promise<UploadFileResponse> {
    if (!mimeType) throw new GoogleGenerativeAIRequestInputError("Must provide a mimeType.");
    const config = { mimeType, ...(displayName !== undefined && { displayName }), ...(name !== undefined && { name }) };
    return this.#call("files", options, async (transport, { signal }) => {
      const { checked, ...stored } = await upload(transport, { file, config, signal });
      return { file: stored as RemoteFile };
    });
  }

  async listFiles(
    { pageSize, pageToken }: { pageSize?: number; pageToken?: string } = {},
    options: SingleRequestOptions = {},
  ): Promise<ListFilesResponse> {
    return this.#call("files", options, async (transport, call) => {
      const json = await transport.json({ ...call, method: "GET", query: { pageSize, pageToken } });
      return json as unknown as ListFilesResponse;
    });
  }

  async getFile(fileId: string, options: SingleRequestOptions = {}): Promise<FileMetadataResponse> {
    return this.#call(pathOf(fileId), options, async (transport, call) => {
      return (await transport.json({ ...call, method: "GET" })) as unknown as RemoteFile;
    });
  }

  async deleteFile(fileId: string): Promise<void> {
    await this.#call(pathOf(fileId), {}, (transport, call) => transport.json({ ...call, method: "DELETE" }));
  }

  #call<Result>(
    path: string,
    options: SingleRequestOptions,
    work: Parameters<typeof asOldCall<Result>>[3],
  ): Promise<Result> {
    return asOldCall(this.apiKey, { ...this.#options, ...options }, { path }, work);
  }
}

function pathOf(fileId: string): string {
  try {
    return fileName(fileId);
  } catch (cause) {
    const message = `Invalid fileId ${String(fileId)}. Must be in the format "files/filename" or "filename"`;
    throw new GoogleGenerativeAIRequestInputError(message, { cause });
  }
}
