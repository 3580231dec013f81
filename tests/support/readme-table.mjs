/**
 * The README's tables that the tests themselves make: a column for each runtime or bundler, and what came of it. `npm run tables`
 * writes them; any other run holds the README to what was found, versions apart.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const readme = path.join(import.meta.dirname, "../../README.md");
const cellsOf = (line) =>
  line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());

/** As the formatter of the repository would have it. */
function draw(columns) {
  const widths = columns.map(({ title, outcome }) => Math.max(title.length, outcome.length));
  const rows = [columns.map(({ title }) => title), widths.map((width) => "-".repeat(width))];
  return [...rows, columns.map(({ outcome }) => outcome)]
    .map((cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`)
    .join("\n");
}

/** @param name the README has the table below `<!-- name -->` */
export function tableOf(name) {
  const columns = [];

  return {
    /**
     * The next column, to be given its outcome.
     *
     * @param missing why nothing can be found out here, which is no reason to doubt the README
     */
    column(title, missing) {
      const column = { title, outcome: missing ? `not run: ${missing}` : "fails", missing };
      columns.push(column);
      return column;
    },

    /** @throws AssertionError when the README says something else */
    settle() {
      const text = draw(columns);
      console.log(`\n${text}\n`);
      const whole = readFileSync(readme, "utf8");
      const place = new RegExp(`(?<=<!-- ${name} -->\\n)(\\|.*\\n)+`);
      const [table] = place.exec(whole) ?? assert.fail(`the README has no table below <!-- ${name} -->`);
      if (process.env.GVW_WRITE_TABLES) {
        writeFileSync(
          readme,
          whole.replace(place, () => `${text}\n`),
        );
        return;
      }
      const said = cellsOf(table.split("\n")[2]);
      assert.equal(said.length, columns.length, "the README has other columns; npm run tables writes them");
      for (const [i, { title, outcome, missing }] of columns.entries()) {
        if (!missing) assert.equal(said[i], outcome, `what the README says of ${title}; npm run tables writes it`);
      }
    },
  };
}
