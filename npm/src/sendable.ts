/** Which types Gemini takes, where nothing is known of a medium but its type. */

import { InputError } from "./errors.js";
import { formats } from "./generated/vocabulary.js";
import { decodable } from "./prepare-plan.js";

/**
 * A type that no format here has is the service's to judge.
 *
 * @throws InputError `unsupported` for one that Gemini refuses
 */
export function refuseType(mimeType: string): void {
  const format = formats.find((known) => known.mimeType === mimeType);
  if (format === undefined || format.supported) return;
  const makes = '; prepare(source, { format: "jpeg" }) makes one it takes';
  const elsewhere = "; nor can it be decoded here, to be made one that is taken";
  const mend = format.kind !== "image" ? "" : decodable.includes(format.name) ? makes : elsewhere;
  throw new InputError("unsupported", `Gemini does not take ${mimeType}${mend}.`);
}
