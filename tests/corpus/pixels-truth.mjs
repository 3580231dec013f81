/** How pixels are held against the corpus's manifest: its grids, its tolerances, and the files that are exceptions. */

/** Means of 16 cells, as the manifest's README defines them. */
export function gridOf(pixels, width, height, premultiplied) {
  const cells = [];
  const cut = (i, side) => {
    const from = Math.floor((i * side) / 4);
    return [from, Math.max(from + 1, Math.floor(((i + 1) * side) / 4))];
  };
  for (let j = 0; j < 4; j++) {
    const [top, bottom] = cut(j, height);
    for (let i = 0; i < 4; i++) {
      const [left, right] = cut(i, width);
      const sums = [0, 0, 0, 0];
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          const at = 4 * (y * width + x);
          const alpha = pixels[at + 3];
          for (let c = 0; c < 3; c++) sums[c] += premultiplied ? (pixels[at + c] * alpha) / 255 : pixels[at + c];
          sums[3] += alpha;
        }
      }
      cells.push(sums.map((sum) => sum / ((right - left) * (bottom - top))));
    }
  }
  return cells;
}

export function gridDifference(a, b) {
  return Math.max(...a.flatMap((cell, i) => cell.map((value, c) => Math.abs(value - b[i][c]))));
}

/** The README's, widened by what its own references differ. */
export function toleranceOf(entry) {
  const references = Math.max(
    0,
    ...Object.values(entry.gridMaxDiff ?? {}).filter((value) => typeof value === "number"),
  );
  const tags = entry.tags ?? [];
  const cmyk = tags.some((tag) => /cmyk|ycck|4-component/i.test(tag));
  const small = Math.min(entry.width, entry.height) < 32;
  if (entry.kind === "png") return entry.bitDepth === 16 ? 1.01 : 0.01;
  if (entry.kind === "webp") return entry.storedRgbaSha256 ? 0.01 : Math.max(3, references);
  if (entry.kind === "heic") return Math.max(2, references);
  return cmyk || small ? Math.max(12, references) : Math.max(3, references);
}

/** Whether a row of the manifest says what the pixels are, and nobody disputes it. */
export function isSound({ kind, valid, decodability, grid, disputed }, ofKind) {
  return kind === ofKind && valid === true && decodability === "full" && grid !== undefined && disputed === undefined;
}

/** How far pixels are from a row of the manifest: undefined when they are close enough, or what is wrong. */
export function differenceFrom(row, { width, height, data }) {
  if (width !== row.displayWidth || height !== row.displayHeight) {
    return `${width}x${height} instead of ${row.displayWidth}x${row.displayHeight}`;
  }
  const premultiplied = row.hasAlpha && row.gridPremultiplied !== undefined;
  const expected = premultiplied ? row.gridPremultiplied : row.grid;
  const difference = gridDifference(gridOf(data, width, height, premultiplied), expected);
  return difference > toleranceOf(row) ? `${difference.toFixed(2)} off, ${toleranceOf(row)} allowed` : undefined;
}

/** Valid by the references but refused or seen differently here, one by one. */
const clearGray = {
  // tRNS names a grey sample that is clear. Pillow compares it with the sample scaled to 8 bits, ffmpeg leaves it out below 8
  // bits; libpng (and libspng, whose difference the manifest notes) do as the specification says, 11.3.2.1.
  reason: "tRNS of grey below 8 bits",
};
const beyondPalette = {
  // An index that the palette does not have is an error; libpng, ffmpeg and libspng show black, Pillow a grey of its own.
  reason: "index beyond the palette",
};
const off = (difference) => [`grid: ${difference} off, 0.01 allowed`];
export const exceptions = {
  "png/libpng__gray-1-1.8-tRNS.png": { ...clearGray, differs: off("255.00") },
  "png/libpng__gray-1-tRNS.png": { ...clearGray, differs: off("255.00") },
  "png/libpng__gray-2-1.8-tRNS.png": { ...clearGray, differs: off("255.00") },
  "png/libpng__gray-2-linear-tRNS.png": { ...clearGray, differs: off("255.00") },
  "png/libpng__gray-4-1.8-tRNS.png": { ...clearGray, differs: off("63.75") },
  "png/libpng__gray-4-linear-tRNS.png": { ...clearGray, differs: off("63.75") },
  "png/libpng__gray-4-sRGB-tRNS.png": { ...clearGray, differs: off("63.75") },
  "png/libpng__gray-4-tRNS.png": { ...clearGray, differs: off("63.75") },
  "png/libpng__small-palette-1.png": { ...beyondPalette, differs: off("1.00") },
  "png/libpng__small-palette-2.png": { ...beyondPalette, differs: off("3.00") },
  "png/libpng__small-palette-4.png": { ...beyondPalette, differs: off("3.75") },
  "png/libpng__test-palette-1.png": { ...beyondPalette, differs: off("1.00") },
};
