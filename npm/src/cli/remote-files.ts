import type { GeminiClient } from "../client.js";
import type { RemoteFile } from "../types.js";
import { type Command, exitCodes, forEachFile, print, printJson, requireFiles } from "./command.js";
import { clientFor } from "./connect.js";
import { expandFiles, nameOf } from "./files.js";
import { count, table } from "./format.js";
import { type OptionValues, text, UsageError } from "./options.js";
import { Progress } from "./terminal.js";

type Action = (client: GeminiClient, names: string[], values: OptionValues) => Promise<number>;

const actions: Readonly<Record<string, Action>> = {
  list: async (client, names, values) => {
    if (names.length > 0) throw new UsageError("files list takes no names.");
    const files: RemoteFile[] = [];
    for await (const file of client.files.list({ pageSize: 100 })) files.push(file);
    if (values.json === true) for (const file of files) printJson(file);
    else print(files.length === 0 ? "No files." : table(files.map(rowOf), "lrlll", ""));
    return exitCodes.done;
  },
  upload: async (client, operands, values) => {
    const names = await expandFiles(operands);
    requireFiles(names);
    return forEachFile(names, "uploading", async (name) => {
      const sent = await upload(client, name, text(values, "mime-type"), names.length === 1);
      const file = values.wait === true ? await client.files.waitUntilActive(sent) : sent;
      show(values, file, `${name}: ${file.name} ${file.uri} (${String(file.state)})`);
    });
  },
  get: (client, names, values) => {
    requireFiles(names);
    return forEachFile(names, "asking", async (name) => {
      const file =
        values.wait === true ? await client.files.waitUntilActive({ name }) : await client.files.get({ name });
      show(values, file, table([rowOf(file)], "lrlll", ""));
    });
  },
  delete: (client, names, values) => {
    requireFiles(names);
    return forEachFile(names, "deleting", async (name) => {
      await client.files.delete({ name });
      show(values, { deleted: name }, `${name}: deleted`);
    });
  },
};

export const filesCommand: Command = {
  name: "files",
  operands: `${Object.keys(actions).join("|")} [FILE|NAME…]`,
  summary: "Files of the File API: they live for 48 hours and are named by requests too large to hold them.",
  options: ["mime-type", "wait", "base-url"],
  async run(values, [name = "", ...names]) {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw new UsageError(`files takes ${Object.keys(actions).join(", ")}, not "${name}".`);
    return action(clientFor(values), names, values);
  },
};

/** Of a single file the bar shows the bytes; of several it counts the files. */
async function upload(
  client: GeminiClient,
  file: string,
  mimeType: string | undefined,
  isAlone: boolean,
): Promise<RemoteFile> {
  const config = { displayName: nameOf(file), ...(mimeType !== undefined && { mimeType }) };
  if (!isAlone) return client.files.upload({ file, config });
  const progress = new Progress("uploading", 0, "bytes");
  try {
    return await client.files.upload({
      file,
      config,
      onProgress: ({ sentBytes, totalBytes = 0 }) => progress.set(sentBytes, totalBytes),
    });
  } finally {
    progress.end();
  }
}

function show(values: OptionValues, value: unknown, line: string): void {
  if (values.json === true) printJson(value);
  else print(line);
}

function rowOf({ name, sizeBytes = "0", mimeType, state = "", expirationTime = "" }: RemoteFile): string[] {
  return [name, `${count(Number(sizeBytes))} bytes`, mimeType, state, `until ${expirationTime.slice(0, 16)}`];
}
