import { buildRequest } from "../request.js";
import type { BuiltRequest } from "../types.js";
import { type Command, exitCodes, print, printJson, warn } from "./command.js";
import { gather } from "./contents.js";
import { count } from "./format.js";
import { prepareFlags } from "./prepare-options.js";
import { plannedOutput } from "./targets.js";
import { writeWhole } from "./write-file.js";

/** Characters of a payload that stay when it is folded. */
const foldedCharacters = 24;

export const requestCommand: Command = {
  name: "request",
  operands: "FILE…",
  summary: "The JSON body that would be sent, upright pictures and all, on stdout or into a file.",
  options: ["model", "prompt", "media-resolution", "max-output-tokens", "output", "force", "fold", ...prepareFlags],
  async run(values, files) {
    const output = await plannedOutput(values, files);
    const gathered = await gather(values, files);
    if (gathered === undefined) return exitCodes.failed;
    const request = await buildRequest(gathered.ask);
    warn("request", request.warnings);
    const body = values.fold === true ? Buffer.from(`${fold(request)}\n`) : request.body;
    if (output !== undefined) {
      await writeWhole(output, body, values.force === true);
      if (values.json === true) printJson({ output, path: request.path, byteLength: body.length });
      else print(`${output}: ${count(body.length)} bytes for POST ${request.path}`);
    } else if (values.json === true) {
      const { path, warnings } = request;
      printJson({ path, byteLength: request.body.length, warnings, body: JSON.parse(Buffer.from(body).toString()) });
    } else {
      process.stdout.write(body);
      if (values.fold !== true) process.stdout.write("\n");
    }
    return exitCodes.done;
  },
};

/** The body indented, with each payload's beginning and size in its place. */
function fold({ body }: BuiltRequest): string {
  const foldPayload = (key: string, value: unknown): unknown => {
    if (key !== "data" || typeof value !== "string" || value.length <= foldedCharacters) return value;
    return `${value.slice(0, foldedCharacters)}… (${count(value.length)} characters of base64)`;
  };
  return JSON.stringify(JSON.parse(Buffer.from(body).toString()), foldPayload, 2);
}
