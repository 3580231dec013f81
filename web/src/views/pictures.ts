/** The list of pictures, each shown as it would be sent, beside what is known of it. */

import type { MediaInfo, MediaMetadata, Orientation } from "gemini-vision-wasm";
import { facts, find, make } from "../dom.js";
import { bytes, size } from "../format.js";
import type { Picture, Store } from "../state.js";

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

export function setUpPictures(store: Store): void {
  const list = find("pictures", HTMLUListElement);
  const shown = new Map<number, HTMLLIElement>();
  store.watch(["pictures"], ({ pictures }) => {
    for (const [id, item] of shown) {
      if (pictures.some((picture) => picture.id === id)) continue;
      item.remove();
      shown.delete(id);
    }
    for (const picture of pictures) {
      if (shown.has(picture.id)) continue;
      const item = toItem(picture, () => remove(store, picture));
      shown.set(picture.id, item);
      list.append(item);
    }
    list.hidden = pictures.length === 0;
  });
}

function remove(store: Store, picture: Picture): void {
  const pictures = store.state.pictures.filter(({ id }) => id !== picture.id);
  store.set({ pictures });
  URL.revokeObjectURL(picture.previewUrl);
  find("intake-status", HTMLElement).textContent = `${picture.name} removed.`;
  // The button that had the focus is gone; without this the keyboard would start over at the top of the page.
  find("files", HTMLInputElement).focus();
}

function toItem(picture: Picture, onRemove: () => void): HTMLLIElement {
  const { name, media, previewUrl } = picture;
  const { uprightWidth: width, uprightHeight: height } = media.info;
  const preview = make("img", { src: previewUrl, alt: `${name}, as it would be sent`, width, height });
  const button = make("button", {
    className: "button small",
    type: "button",
    textContent: "Remove",
    onclick: onRemove,
  });
  button.setAttribute("aria-label", `Remove ${name}`);
  return make(
    "li",
    { className: "picture" },
    make("div", { className: "preview" }, preview),
    make(
      "div",
      { className: "about" },
      make("div", { className: "card-head" }, make("h3", { textContent: name, title: name }), button),
      gpsNote(picture),
      ...warnings(picture),
      facts([
        ["Type", type(media.source)],
        ["Stored", size(media.source.width, media.source.height)],
        ["Orientation", `${media.source.orientation}, ${turns[media.source.orientation]}`],
        ["Upright", size(media.source.uprightWidth, media.source.uprightHeight)],
        ["Metadata", metadata(picture)],
        ["Prepared", changes(picture)],
        ["Bytes", bytesSaved(picture)],
      ]),
    ),
  );
}

/** "PNG, 8-bit RGBA, transparent" */
function type({ format, bitDepth, colorModel, hasAlpha, progressive }: MediaInfo): string {
  const color =
    colorModel === "ycbcr" ? "YCbCr" : colorModel.replace(/^(rgba?|cmyk|ycck)$/, (name) => name.toUpperCase());
  return [format.toUpperCase(), `${bitDepth}-bit ${color}`, hasAlpha && "transparent", progressive && "progressive"]
    .filter(Boolean)
    .join(", ");
}

function gpsNote({ media }: Picture): HTMLElement | null {
  if (!media.source.metadata.gps) return null;
  return media.info.metadata.gps
    ? make(
        "p",
        { className: "warning" },
        make("strong", { textContent: "Holds GPS coordinates. " }),
        "They are sent too.",
      )
    : make("p", { className: "reassurance" }, "The file holds GPS coordinates. What is sent does not.");
}

function warnings({ media }: Picture): HTMLElement[] {
  const all = new Map([...media.source.warnings, ...media.warnings].map(({ code, message }) => [code, message]));
  return [...all].map(([code, message]) =>
    make("p", { className: "warning" }, make("code", { textContent: code }), ` ${message}`),
  );
}

function metadata({ media }: Picture): Node | string {
  const kinds = metadataNames.filter(([kind]) => media.source.metadata[kind] || media.info.metadata[kind]);
  if (kinds.length === 0) return "none";
  const chips = kinds.map(([kind, name]) => {
    const sent = media.info.metadata[kind];
    const text = `${name} ${sent ? "sent" : "not sent"}`;
    return make("li", { className: kind === "gps" && sent ? "chip caution" : "chip", textContent: text });
  });
  return make("ul", { className: "chips" }, ...chips);
}

function changes({ media }: Picture): Node | string {
  if (media.changes.length === 0) return "unchanged, byte for byte";
  const items = media.changes.map(({ code, message }) => make("li", { textContent: message, title: code }));
  return make("ul", {}, ...items);
}

function bytesSaved({ media }: Picture): string {
  const [before, after] = [media.source.byteLength, media.info.byteLength];
  if (media.changes.length === 0) return bytes(before);
  const percent = Math.round((after / before - 1) * 100);
  const change = percent === 0 ? "about the same" : `${Math.abs(percent)}% ${percent < 0 ? "less" : "more"}`;
  return `${bytes(before)} → ${bytes(after)}, ${change}`;
}
