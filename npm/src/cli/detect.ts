/** `ask --detect`: what the model found in a picture, as a table, a drawing or data. */

import path from "node:path";
import type { GeminiClient } from "../client.js";
import { toCoco, toSvg } from "../detection-formats.js";
import { detectionPrompt, detectionSchema } from "../detection-prompt.js";
import { parseDetections } from "../detections.js";
import type { PreparedMedia } from "../prepare.js";
import type { Detection, DetectionKind, Size, Warning } from "../types.js";
import { exitCodes, print, printJson, warn } from "./command.js";
import { gather } from "./contents.js";
import { nameOf } from "./files.js";
import { table } from "./format.js";
import { type OptionValues, oneOf, text, UsageError } from "./options.js";
import { beforeSending } from "./spending.js";
import { keep } from "./write-file.js";

/** Asked where no --model is given: the cheapest of the current ones that are good at it. */
const defaultModel = "gemini-3.6-flash";

type Write = (detections: readonly Detection[], size: Size, picture: { file: string; media: PreparedMedia }) => string;

/** HEIC is not: of one, the drawing is of the things alone. */
const shownByBrowsers = /^image\/(jpeg|png|webp)$/;

/** What is written, by the ending of --output. */
const writers: Readonly<Record<string, Write>> = {
  ".svg": (detections, size, { media }) =>
    toSvg(detections, size, shownByBrowsers.test(media.mimeType) ? { image: media.toDataUrl() } : {}),
  ".json": (detections, size, { file }) =>
    `${JSON.stringify(toCoco(detections, { ...size, fileName: nameOf(file) }), null, 2)}\n`,
};

/** @param output where the result goes, looked at already */
export async function detect(
  client: GeminiClient,
  values: OptionValues,
  files: string[],
  output: string | undefined,
): Promise<number> {
  const [file] = files;
  if (file === undefined || files.length > 1) throw new UsageError("--detect looks at one picture: name one file.");
  const write = output === undefined ? undefined : writerOf(output);
  const kind = oneOf(values, "kind") ?? "boxes";
  const question = { ...values, model: text(values, "model") ?? defaultModel, prompt: promptOf(values, kind) };
  const gathered = await gather(question, files);
  if (gathered === undefined) return exitCodes.failed;
  const media = gathered.ask.contents[0] as PreparedMedia;
  const { info } = media;
  if (info.kind !== "image") throw new UsageError(`--detect looks at pictures; ${file} is ${info.mimeType}.`);
  if (kind === "masks") warn(gathered.ask.model, maskWarnings(gathered.ask.model));
  const config = {
    ...gathered.ask.config,
    responseMimeType: "application/json",
    responseJsonSchema: detectionSchema(kind),
  };
  const ask = { ...gathered.ask, config };
  const stop = await beforeSending(values, ask);
  if (stop !== undefined) return stop;
  const answer = await client.models.generateContent(ask);
  warn(gathered.ask.model, answer.warnings);
  const size = { width: info.uprightWidth, height: info.uprightHeight };
  const detections = await parseDetections(answer.text, size);
  const contents = write?.(detections, size, { file, media });
  const isKept = contents === undefined || (await keep(output as string, contents, values.force === true));
  const written = isKept ? output : undefined;
  if (values.json === true)
    printJson({ file, ...(written && { output: written }), size, detections: detections.map(withoutPixels) });
  else print(describe(detections, written));
  return isKept ? exitCodes.done : exitCodes.failed;
}

function writerOf(output: string): Write {
  const write = writers[path.extname(output).toLowerCase()];
  if (write !== undefined) return write;
  const endings = Object.keys(writers).join(" (a drawing) or ");
  throw new UsageError(`--output ends in ${endings} (COCO), unlike "${output}".`);
}

function promptOf(values: OptionValues, kind: DetectionKind): string {
  return [detectionPrompt(text(values, "detect") ?? "", { kind }), text(values, "prompt")].filter(Boolean).join(" ");
}

/** Google's word: Gemini 3 does no segmentation, and answers with outlines where it is asked for masks. */
function maskWarnings(id: string): Warning[] {
  if (!/^gemini-[34]/.test(id)) return [];
  return [{ code: "masks-unsupported", message: `${id} makes no masks; --kind polygons asks for outlines.` }];
}

/** A mask's pixels are not for reading. */
function withoutPixels({ mask, ...rest }: Detection) {
  const { data: _, ...box } = mask ?? { data: undefined };
  return mask === undefined ? rest : { ...rest, mask: box };
}

function describe(detections: readonly Detection[], output: string | undefined): string {
  const found = `${detections.length} found${output === undefined ? "" : ` → ${output}`}`;
  return detections.length === 0 ? found : `${found}\n${table(detections.map(row), "ll")}`;
}

function row({ label, box, point, polygon, mask, box3d }: Detection): string[] {
  const numbers = (...values: number[]): string => values.map((value) => Math.round(value)).join(", ");
  const shapes = [
    box && `box ${numbers(box.x, box.y, box.width, box.height)}`,
    point && `point ${numbers(point.x, point.y)}`,
    polygon && `polygon of ${polygon.length} corners`,
    mask && "mask",
    box3d && `box in space at ${box3d.center.join(", ")}`,
  ];
  return [label || "(no label)", shapes.filter(Boolean).join("; ")];
}
