/** A small PDF writer (ISO 32000-1) for samples: pages of text in Helvetica, which every reader has. */

const kPage = { width: 595, height: 842 }; // A4, in points
const kMargin = 72;
const kSize = 12;
const kLeading = 18;

function content(lines) {
  const shown = lines.map((line) => `(${line.replaceAll(/[\\()]/g, "\\$&")}) '`);
  const begin = `BT /F1 ${kSize} Tf ${kLeading} TL ${kMargin} ${kPage.height - kMargin} Td`;
  const text = [begin, ...shown, "ET"].join("\n");
  return `<< /Length ${text.length} >>\nstream\n${text}\nendstream`;
}

/** @param pages lines of ASCII for each page */
export function encodePdf(pages) {
  const numberOf = (page) => 4 + 2 * page;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, i) => `${numberOf(i)} 0 R`).join(" ")}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ...pages.flatMap((lines, i) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${kPage.width} ${kPage.height}] ` +
        `/Resources << /Font << /F1 3 0 R >> >> /Contents ${numberOf(i) + 1} 0 R >>`,
      content(lines),
    ]),
  ];
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, i) => {
    const offset = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + table + trailer, "latin1");
}
