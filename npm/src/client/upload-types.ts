/** Types of texts, which say nothing by their first bytes. The service judges by the type it is told. */

import { typeByName } from "../source/reader.js";

const textTypeByExtension: Readonly<Record<string, string>> = {
  css: "text/css",
  csv: "text/csv",
  htm: "text/html",
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  jsonl: "application/jsonl",
  md: "text/markdown",
  rtf: "text/rtf",
  txt: "text/plain",
  xml: "text/xml",
};

/** Of what a reader has no declared type for: those of media it knows by name as well. */
export function textTypeByName(name: string): string | undefined {
  return typeByName(name, textTypeByExtension);
}
