import { startEmulator } from "../emulator/index.js";
import { type Command, exitCodes, print, printJson } from "./command.js";
import { text, UsageError, wholeNumber } from "./options.js";

const defaultPort = 8787;

export const serveCommand: Command = {
  name: "serve",
  operands: "",
  summary: "A strict local Gemini API for trying things without a key, and the page if there is one. Ctrl+C ends it.",
  options: ["port", "page"],
  async run(values, files) {
    if (files.length > 0) throw new UsageError("serve takes no files.");
    const pageDirectory = text(values, "page");
    const port = wholeNumber(values, "port", 0, 65535) ?? defaultPort;
    const ended = untilSignal();
    const emulator = await startEmulator({ port, ...(pageDirectory !== undefined && { pageDirectory }) });
    if (values.json === true) printJson({ url: emulator.url });
    else print(describe(emulator.url, pageDirectory));
    await ended;
    await emulator.close();
    return exitCodes.done;
  },
};

function describe(url: string, pageDirectory: string | undefined): string {
  return [
    ...(pageDirectory === undefined ? [] : [`Page:     ${url}/`]),
    `Emulator: ${url} (any key is good but those that begin with "bad")`,
    `Try:      GEMINI_API_KEY=any GEMINI_BASE_URL=${url} ${ownCommand()} ask photo.jpg -m gemini-3.8-flash -p "Caption this image."`,
  ].join("\n");
}

/** What to type for this command: whoever ran it by npx, or by `npm exec`, has not installed it. */
function ownCommand(): string {
  return process.env.npm_command === "exec" ? "npx --package gemini-vision-wasm gemini-vision" : "gemini-vision";
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
