/** How wide text stands on a terminal, where letters of East Asia and emoji take two columns each. */

/** Wide or Fullwidth in Unicode's EastAsianWidth.txt, by their blocks. */
const wideBlocks = [
  "\\u1100-\\u115f\\ua960-\\ua97c\\uac00-\\ud7a3", // Hangul
  "\\u2329\\u232a\\u2e80-\\u303e\\u3041-\\ua4cf", // Han, kana, Bopomofo, Yi, and their signs
  "\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6", // forms for compatibility
  "\\u{16fe0}-\\u{18dff}\\u{1aff0}-\\u{1b2ff}\\u{1f200}-\\u{1f265}\\u{20000}-\\u{3fffd}", // Tangut, old kana, rare Han
  "\\p{Emoji_Presentation}",
];
const wide = new RegExp(`[${wideBlocks.join("")}]`, "u");
/** A letter that stands in one column by itself, told to stand as an emoji. */
const toldEmoji = /\p{Emoji}\ufe0f/u;
/** Marks, joiners and controls take no room. */
const invisible = /^[\p{M}\p{Cf}\p{Cc}]*$/u;

const letters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that `text` takes: what is read as one letter, marks and all, takes none, one or two. */
export function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of letters.segment(text)) {
    if (invisible.test(segment)) continue;
    width += wide.test(segment) || toldEmoji.test(segment) ? 2 : 1;
  }
  return width;
}
