/** The table of faults, in Node. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { GeminiClient } from "gemini-vision-wasm/client";
import { attempt } from "./fault-calls.mjs";
import { rows, runCell } from "./fault-table.mjs";
import "./short-waits.mjs";

const attemptHere = (order) => attempt(GeminiClient, order, (shown) => inspect(shown, { depth: 9, showHidden: true }));

test("the table has its size", () => assert.ok(rows.length >= 500, String(rows.length)));

describe("fault × call", { concurrency: 8 }, () => {
  for (const [fault, call] of rows) test(`${fault} × ${call}`, () => runCell(fault, call, attemptHere));
});
