/** Which types Gemini takes, where nothing is known of a medium but its type. */

import { InputError } from "./errors.js";
import { formats } from "./generated/vocabulary.js";
import { decodable } from "./picture-formats.js";

/** Why Gemini refuses a type, and what helps; undefined for one it takes. What no format here has is the service's to judge. */
export function whyRefused(mimeType: string): string | undefined {
  const format = formats.find((known) => known.mimeType === mimeType);
  if (format === undefined || format.supported) return undefined;
  const makes = '; prepare(source, { format: "jpeg" }) makes one it takes';
  const elsewhere = "; nor can it be decoded here, to be made one that is taken";
  const mend = format.kind !== "image" ? "" : decodable.includes(format.name) ? makes : elsewhere;
  return `Gemini does not take ${mimeType}${mend}.`;
}

/** @throws InputError `unsupported` for a type that Gemini refuses */
export function refuseType(mimeType: string): void {
  const reason = whyRefused(mimeType);
  if (reason !== undefined) throw new InputError("unsupported", reason);
}
