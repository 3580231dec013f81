/**
 * Writes npm/THIRD-PARTY-NOTICES.md: whose code each of the WebAssembly modules holds, under which licence, and from which
 * sources it is built. What a module holds is not listed by hand: the build is asked which files went into it.
 */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./steps.mjs";

const folder = path.join(root, "build/wasm");
const kMaxBuffer = 1 << 28;

/** SPDX expression, and where the text stands in the library's sources; `from`: behind that line of the file. */
const licences = {
  libde265: { spdx: "LGPL-3.0-or-later", files: ["COPYING"] },
  libdeflate: { spdx: "MIT", files: ["COPYING"] },
  libheif: { spdx: "LGPL-3.0-or-later", files: ["COPYING"] },
  libjpeg_turbo: { spdx: "IJG AND BSD-3-Clause", files: ["LICENSE.md", "README.ijg"] },
  libwebp: { spdx: "BSD-3-Clause", files: ["COPYING", "PATENTS"] },
  nlohmann_json: { spdx: "MIT", files: ["LICENSE.MIT"] },
  stb: { spdx: "MIT OR Unlicense", files: ["stb_image.h"], from: "This software is available under 2 licenses" },
};

const runtime = `## In every module

The runtime that Emscripten links: its own libraries and musl (MIT), libc++, libc++abi and compiler-rt
(Apache-2.0 WITH LLVM-exception). Emscripten's glue beside the modules (\`codec.mjs\`, \`heif.mjs\`) is MIT or NCSA.

`;

function ninja(...args) {
  return execFileSync("ninja", ["-C", folder, "-t", ...args], { encoding: "utf8", maxBuffer: kMaxBuffer });
}

/** Names of the libraries of which a source or a header went into a module. */
function librariesIn(module) {
  const objects = ninja("inputs", module.file)
    .split("\n")
    .filter((name) => name.endsWith(".o"));
  if (objects.length === 0) throw new Error(`the build knows no objects of ${module.file}`);
  const files = ninja("deps", ...objects).matchAll(/_deps\/(\w+?)(?:-src)?\//g);
  return [...new Set([...files].map(([, name]) => name))].sort();
}

/** Version, hash and address of what a library is built from: the row of cmake/libraries.txt that the build took. */
function sourcesOf(library) {
  const rows = readFileSync(path.join(root, "cmake/libraries.txt"), "utf8")
    .split("\n")
    .map((line) => line.split(/ +/))
    .filter(([name]) => name === library || name.startsWith(`${library}_`));
  if (rows.length === 0) throw new Error(`cmake/libraries.txt has no row for ${library}`);
  return rows.map(([, version, hash, , , address]) => `version ${version}: ${address}, SHA-256 \`${hash}\``);
}

function textOf(library) {
  const { files, from } = licences[library];
  const texts = files.map((name) => {
    const source = library === "stb" ? path.join(folder, "_deps/stb") : path.join(folder, `_deps/${library}-src`);
    const text = readFileSync(path.join(source, name), "utf8");
    const start = from === undefined ? 0 : text.indexOf(from);
    if (start < 0) throw new Error(`${library}: ${name} does not say "${from}"`);
    return text.slice(start).trim();
  });
  return texts.join("\n\n");
}

/** @param {{ name: string, file: string }[]} modules in order; `file` is the build's name of what is linked */
export function notices(modules) {
  const held = new Map(modules.map((module) => [module.name, librariesIn(module)]));
  const libraries = [...new Set([...held.values()].flat())].sort();
  const unknown = libraries.filter((library) => !(library in licences));
  if (unknown.length > 0) throw new Error(`tools/notices.mjs knows no licence of ${unknown.join(", ")}`);
  const table = [...held].map(([name, inside]) => {
    const list = inside.map((library) => `${library} (${licences[library].spdx})`).join(", ");
    return `- \`${name}.wasm\`: ${list || "no library"}`;
  });
  const sections = libraries.map((library) => {
    const sources = sourcesOf(library)
      .map((line) => `- ${line}`)
      .join("\n");
    return `## ${library}\n\n${licences[library].spdx}. Built from\n\n${sources}\n\n~~~text\n${textOf(library)}\n~~~\n`;
  });
  return `# Third-party notices

What is compiled into the WebAssembly modules of this package, besides the package's own code (Apache-2.0).
The package also brings eventsource-parser (MIT); its licence is \`dist/eventsource-parser.LICENSE\`.

${table.join("\n")}

\`heif.wasm\` alone holds libraries under the LGPL. It is a file of its own that can be replaced by one built from other
versions of them, or left out: README.md says how.

${runtime}${sections.join("\n")}`;
}
