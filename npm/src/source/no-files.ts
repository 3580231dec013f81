/** What bundlers put in the place of file.ts for a browser (`browser` in package.json): there are no files there. */

import { InputError } from "../errors.js";

export function fileReader(): never {
  throw new InputError("bad-argument", "There are no files here: a string source is a data: or http(s): address.");
}

export { fileReader as pathOfUrl };
