/** What is known of the chosen medium, and what was done to it. */

import type { MediaInfo, MediaMetadata, Orientation, Sharpness, Warning } from "gemini-vision-wasm";
import type { ComponentChildren } from "preact";
import { bytes, clock, count, plural, sentName, size } from "../format.js";
import { type Item, selected } from "../state.js";
import { whyNotTaken } from "../taken.js";
import type { Prepared } from "../work/protocol.js";
import { Icon, save } from "./parts.js";
import { Preparations } from "./preparations.js";

/** What a viewer does to the stored pixels. */
const turns: Readonly<Record<Orientation, string>> = {
  1: "upright as stored",
  2: "to be mirrored",
  3: "to be turned 180°",
  4: "to be flipped top to bottom",
  5: "to be mirrored and turned 90° left",
  6: "to be turned 90° right",
  7: "to be mirrored and turned 90° right",
  8: "to be turned 90° left",
};

const metadataNames: readonly (readonly [keyof MediaMetadata, string])[] = [
  ["exif", "EXIF"],
  ["gps", "GPS"],
  ["xmp", "XMP"],
  ["iptc", "IPTC"],
  ["icc", "ICC profile"],
];

export function Facts() {
  const item = selected.value;
  if (item === null) return null;
  return (
    <section class="card facts-card" aria-labelledby="facts-title">
      <div class="card-head">
        <h2 id="facts-title" title={item.name}>
          {item.name}
        </h2>
        {item.content?.prepared.info.supported && <SaveButton item={item} prepared={item.content.prepared} />}
      </div>
      {item.content === null ? (
        <p class="note">A size out of a share link. It is counted; add the file itself to send it.</p>
      ) : (
        <Known prepared={item.content.prepared} />
      )}
      <Preparations />
    </section>
  );
}

function SaveButton({ item, prepared }: { item: Item; prepared: Prepared }) {
  return (
    <button
      class="button small"
      type="button"
      aria-label={`Save ${item.name} as it would be sent`}
      onClick={() => save(prepared.blob, sentName(item.name, prepared))}
    >
      <Icon name="down" />
      Save
    </button>
  );
}

function Known({ prepared }: { prepared: Prepared }) {
  const { source, info, changes } = prepared;
  const rows = rowsFor(prepared);
  return (
    <>
      <Place source={source} info={info} />
      {warningsOf(prepared).map(({ code, message }) => (
        <p key={code} class="warning">
          <Icon name="warning" />
          <span>
            {message} <code>{code}</code>
          </span>
        </p>
      ))}
      <dl class="facts">
        {rows.map(([term, description]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
      <div class="changes">
        <h3>What was done</h3>
        {changes.length === 0 ? (
          <p class="note">
            {info.supported ? "Nothing: it goes out byte for byte." : "Nothing: as it is, it is not sent."}
          </p>
        ) : (
          <ul>
            {changes.map(({ code, message }) => (
              <li key={code + message} title={code}>
                <Icon name="check" />
                <span>{message}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function Place({ source, info }: { source: MediaInfo; info: MediaInfo }) {
  if (!source.metadata.gps) return null;
  if (info.supported && info.metadata.gps) {
    return (
      <p class="warning gps">
        <Icon name="place" />
        <span>
          <strong>Holds GPS coordinates.</strong> They are sent too.
        </span>
      </p>
    );
  }
  return (
    <p class="reassurance gps">
      <Icon name="place" />
      <span>The file holds GPS coordinates. {info.supported ? "What is sent does not." : "It is not sent."}</span>
    </p>
  );
}

/** The source's and the prepared medium's, each once; and what the service would refuse. */
function warningsOf(prepared: Prepared): Warning[] {
  const { source, warnings } = prepared;
  const all = new Map([...source.warnings, ...warnings].map((warning) => [warning.code, warning]));
  const message = whyNotTaken(prepared);
  if (message !== null) all.set("unsupported", { code: "unsupported", message });
  return [...all.values()];
}

type Row = readonly [term: string, description: ComponentChildren];

function rowsFor(prepared: Prepared): Row[] {
  const { source, info, sharpness } = prepared;
  const rows: Row[] = [["Type", typeOf(source)]];
  if (source.kind === "image") rows.push(...imageRows(source));
  if (source.kind === "document") rows.push(...documentRows(source));
  if (source.kind === "video" || source.kind === "audio") rows.push(...timedRows(source));
  rows.push(["Bytes", bytesOf(prepared)]);
  if (isRemade(prepared)) rows.push(["Sent", `${typeOf(info)}, ${size(info.uprightWidth, info.uprightHeight)}`]);
  if (sharpness !== undefined) rows.push(["Sharpness", sharpnessOf(sharpness)]);
  if (source.kind === "image") rows.push(["Metadata", <Metadata key="metadata" prepared={prepared} />]);
  return rows;
}

function sharpnessOf({ score, blurry }: Sharpness): string {
  return `${score.toFixed(2)}, ${blurry ? "blurry" : "sharp"}`;
}

/** In another format or size, and not only turned. */
function isRemade({ source, info }: Prepared): boolean {
  if (source.kind !== "image") return false;
  return source.format !== info.format || source.uprightWidth !== info.uprightWidth;
}

function imageRows({ width, height, orientation, uprightWidth, uprightHeight, frames }: MediaInfo): Row[] {
  return [
    ["Stored", size(width, height)],
    ["Upright", size(uprightWidth, uprightHeight)],
    ["Orientation", `${orientation}, ${turns[orientation]}`],
    ...(frames > 1 ? [["Frames", count(frames)] as const] : []),
  ];
}

function documentRows({ pages = 0, pageSizes = [] }: MediaInfo): Row[] {
  const first = pageSizes[0];
  const isSame = pageSizes.every(({ width, height }) => width === first?.width && height === first.height);
  const points = first && `${size(Math.round(first.width), Math.round(first.height))} points`;
  return [
    ["Pages", count(pages)],
    ...(points === undefined ? [] : [["Page size", isSame ? points : `${points} and others`] as const]),
  ];
}

function timedRows(info: MediaInfo): Row[] {
  const { durationSeconds, frameRate, uprightWidth, uprightHeight, hasAudio, videoCodec, audioCodec } = info;
  const { sampleRate, audioChannels } = info;
  const sound = [
    audioCodec,
    sampleRate && `${count(sampleRate)} Hz`,
    audioChannels && plural(audioChannels, "channel"),
  ];
  return [
    ...(durationSeconds === undefined ? [] : [["Duration", `${clock(durationSeconds)} min`] as const]),
    ...(info.kind === "video" ? [["Upright", size(uprightWidth, uprightHeight)] as const] : []),
    ...(frameRate === undefined ? [] : [["Frames", `${Math.round(frameRate * 100) / 100} a second`] as const]),
    ...(videoCodec === undefined ? [] : [["Codec", videoCodec] as const]),
    ["Sound", hasAudio === false ? "none" : sound.filter(Boolean).join(", ") || "yes"],
  ];
}

/** "PNG, 8-bit RGBA, transparent" */
function typeOf({ kind, format, bitDepth, colorModel, hasAlpha, progressive }: MediaInfo): string {
  if (kind !== "image") return format.toUpperCase();
  const color =
    colorModel === "ycbcr" ? "YCbCr" : colorModel.replace(/^(rgba?|cmyk|ycck)$/, (name) => name.toUpperCase());
  const parts = [format.toUpperCase(), bitDepth > 0 && `${bitDepth}-bit ${color}`];
  return [...parts, hasAlpha && "transparent", progressive && "progressive"].filter(Boolean).join(", ");
}

function Metadata({ prepared: { source, info } }: { prepared: Prepared }) {
  const kinds = metadataNames.filter(([kind]) => source.metadata[kind] || info.metadata[kind]);
  if (kinds.length === 0) return <>none</>;
  return (
    <ul class="chips">
      {kinds.map(([kind, name]) => {
        const isSent = info.supported && info.metadata[kind];
        return (
          <li key={kind} class={kind === "gps" && isSent ? "chip caution" : "chip"}>
            {name} {isSent ? "sent" : "not sent"}
          </li>
        );
      })}
    </ul>
  );
}

function bytesOf({ source, info, changes }: Prepared): string {
  const [before, after] = [source.byteLength, info.byteLength];
  if (changes.length === 0) return bytes(before);
  const percent = Math.round((after / before - 1) * 100);
  const change = percent === 0 ? "about the same" : `${Math.abs(percent)}% ${percent < 0 ? "less" : "more"}`;
  return `${bytes(before)} → ${bytes(after)}, ${change}`;
}
