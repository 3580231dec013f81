/** What the service refuses by size, each with its unit in its name. */

/** A whole request body: the service's own number since January 2026, before that 20 MiB. */
export const maxRequestBytes = 100 * 1024 * 1024;
/** One PDF, decoded. */
export const maxPdfBytes = 50 * 1024 * 1024;
export const maxImagesPerRequest = 3600;
/** Nesting of the request's JSON. */
export const maxJsonDepth = 100;
/** Faults named in one answer; the rest would only make it longer. */
export const maxFaults = 50;
/** Characters of a refused value that an answer repeats. */
export const maxEchoedCharacters = 100;
/** How long a refused caller may go on sending before its connection is cut. */
export const refusalGraceMs = 1000;
/** One file of the File API, and all files of a project. */
export const maxFileBytes = 2 * 1024 * 1024 * 1024;
export const maxStoredBytes = 20 * 1024 * 1024 * 1024;
export const fileLifeMs = 48 * 60 * 60 * 1000;
export const maxDisplayNameCharacters = 512;
/** What every piece of an upload but the last is a multiple of, and how the live service says so. */
export const defaultGranularityBytes = 8 * 1024 * 1024;
/** Files up to this size are kept whole; of others the beginning, which is all that a probe of their header needs. */
export const maxKeptBytes = 64 * 1024 * 1024;
export const keptHeadBytes = 1024 * 1024;
