/** What a program waits for at its first call, when modules are compiled, beside a later one: each in processes of its own. */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const processes = 5;

const jobs = {
  "probe a JPEG": "probe(jpeg)",
  "estimate a request with a JPEG": "estimate({ model, contents: [jpeg, 'Caption.'] })",
  "turn a sideways JPEG of 0.3 megapixels": "prepare(jpeg)",
  "make it a small WebP": "prepare(jpeg, { maxEdge: 200, format: 'webp' })",
  "decode a HEIC of 64 × 48": "decode(heic)",
};

const program = (call) => `
import { performance } from "node:perf_hooks";
const started = performance.now();
const { decode, estimate, prepare, probe } = await import(${JSON.stringify(new URL("../../npm/dist/index.js", import.meta.url).href)});
const imported = performance.now() - started;
const { encodeJpeg, buildExif, exifSegment, scene } = await import(${JSON.stringify(new URL("../../tools/samples.mjs", import.meta.url).href)});
const { heic: makeHeic } = await import(${JSON.stringify(new URL("../node/heic-files.mjs", import.meta.url).href)});
const [model, heic] = ["gemini-3.5-flash", makeHeic()];
const jpeg = encodeJpeg(scene(640, 480), { segments: [exifSegment(buildExif({ orientation: 6 }))] });
const time = async () => { const start = performance.now(); await ${call}; return performance.now() - start; };
const first = await time();
const later = [];
for (let i = 0; i < 30; i++) later.push(await time());
later.sort((a, b) => a - b);
console.log(JSON.stringify({ imported, first, later: later[later.length >> 1] }));
`;

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** A table in Markdown. */
export function firstCallTable() {
  const lines = Object.entries(jobs).map(([job, call]) => {
    const runs = Array.from({ length: processes }, () =>
      JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", program(call)], { encoding: "utf8" })),
    );
    const of = (name) => `${median(runs.map((run) => run[name])).toFixed(2)} ms`;
    return `| ${job} | ${of("imported")} | ${of("first")} | ${of("later")} |`;
  });
  return ["| call | import | first | later |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${firstCallTable()}\n`);
