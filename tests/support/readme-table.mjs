/**
 * The README's tables that are made by the tests themselves: one column for each runtime or bundler, with its version and what
 * came of it. `npm run tables` writes them; a test run without it holds the README to them, versions apart.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const readme = path.join(import.meta.dirname, "../../README.md");
const row = (cells) => `| ${cells.join(" | ")} |`;

/** @param name the README has the table between `<!-- name -->` and `<!-- /name -->` */
export function tableOf(name) {
  const columns = new Map();
  const [before, after] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];

  const lines = () => {
    const all = [...columns];
    return [
      row(all.map(([title, { version }]) => `${title} ${version}`.trim())),
      row(all.map(() => "---")),
      row(all.map(([, { outcome }]) => outcome)),
    ];
  };

  /** What the README says of each column. */
  const told = (text) => {
    const [titles, , outcomes] = text.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    return Object.fromEntries(titles.map((title, i) => [title.replace(/ [\d.-]+$/, ""), outcomes[i]]));
  };

  return {
    /** The last word counts. A version's later numbers are of no interest to a reader. */
    say(title, version, outcome) {
      columns.set(title, { version, outcome });
    },

    /** What cannot be run here is no reason to change the README. */
    skip(title, reason) {
      columns.set(title, { version: "", outcome: `not run: ${reason}`, skipped: true });
    },

    /** @throws AssertionError when the README says something else */
    settle() {
      console.log(`\n${lines().join("\n")}\n`);
      const text = readFileSync(readme, "utf8");
      const [start, end] = [text.indexOf(before) + before.length, text.indexOf(after)];
      assert.ok(start >= before.length && end >= start, `the README has no place for the table of ${name}`);
      if (process.env.GVW_WRITE_TABLES) {
        writeFileSync(readme, `${text.slice(0, start)}${lines().join("\n")}\n${text.slice(end)}`);
        return;
      }
      const said = told(text.slice(start, end));
      for (const [title, { outcome, skipped }] of columns) {
        if (!skipped)
          assert.equal(said[title], outcome, `the README says otherwise of ${title}; npm run tables mends it`);
      }
    },
  };
}
