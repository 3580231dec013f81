/**
 * Sets up the machine and builds everything: the WebAssembly modules, the package (npm/dist and its tarball, installed
 * where tests and page use it) and the page. `node tools/build.mjs`; other commands import {@link build}.
 */

import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { notices } from "./notices.mjs";
import { filesBelow, root, runSteps, step, unlessUnchanged } from "./steps.mjs";

/** Modules without glue, and those bound by embind, which bring a .mjs and its declarations. */
const bareModules = ["core", "media"];
const boundModules = ["codec", "heif"];
const at = (...names) => path.join(root, ...names);

const { version } = JSON.parse(readFileSync(at("npm/package.json"), "utf8"));
const tarball = `npm/gemini-vision-wasm-${version}.tgz`;

/** Folders that use the package as a stranger would: from its tarball. */
const consumers = ["tests", "web"];

export async function setup() {
  await step("Setting up this machine", {
    run: ["tools/setup"],
    loud: true,
    mend: "follow the last words above, then run the command again",
  });
}

async function buildModules() {
  await step("Building the WebAssembly modules", {
    run: ["cmake", "--workflow", "--preset", "wasm"],
    mend: "read the compiler's words above; after a change of toolchain remove build/wasm",
  });
  // The compiler of the package looks for them beside its own sources.
  for (const name of boundModules)
    copyFileSync(at("build/wasm/modules", `${name}.d.mts`), at("npm/src", `${name}.d.mts`));
}

const generated = ["npm/src/generated/models.ts", "npm/src/generated/vocabulary.ts"];
const data = ["src/tokens/models.json", "src/base/vocabulary.json"];
/** The declarations too: those of the package refer to them. */
const binaries = [
  ...bareModules.map((name) => `${name}.wasm`),
  ...boundModules.flatMap((name) => [`${name}.wasm`, `${name}.mjs`, `${name}.d.mts`]),
].map((file) => `build/wasm/modules/${file}`);
const documents = ["README.md", "LICENSE"];
/** As the build's rules name them. */
const linked = [
  ...bareModules.map((name) => ({ name, file: `modules/${name}.wasm` })),
  ...boundModules.map((name) => ({ name, file: `modules/${name}.mjs` })),
];
/** One file without imports, laid beside ours: a bare "eventsource-parser" would not be found by a page without a bundler. */
const eventParser = [
  ["npm/node_modules/eventsource-parser/dist/index.js", "eventsource-parser.js"],
  ["npm/node_modules/eventsource-parser/LICENSE", "eventsource-parser.LICENSE"],
];

async function buildPackage() {
  const own = [
    "npm/src",
    "npm/guides",
    "npm/llms.txt",
    "npm/CHANGELOG.md",
    "npm/package.json",
    "npm/tsconfig.json",
    "tools/generate",
    "tools/generate.mjs",
    "tools/notices.mjs",
  ];
  const inputs = filesBelow([...own, ...data, ...binaries, ...documents], { except: ["generated"] });
  await unlessUnchanged("package", { inputs, outputs: ["npm/dist/index.js", tarball] }, async () => {
    rmSync(at("npm/dist"), { recursive: true, force: true });
    await step("Generating the package's tables", {
      run: [process.execPath, "tools/generate.mjs", "--models-ts", generated[0], "--vocabulary-ts", generated[1]],
      mend: `correct ${data.join(" or ")} as the message says`,
    });
    await step("Compiling the package", {
      run: [at("npm/node_modules/.bin/tsc")],
      cwd: at("npm"),
      mend: "correct the TypeScript as the compiler says",
    });
    for (const file of binaries) copyFileSync(at(file), at("npm/dist", path.basename(file)));
    for (const [file, name] of eventParser) {
      // The map it speaks of stays behind.
      const text = readFileSync(at(file), "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
      writeFileSync(at("npm/dist", name), text);
    }
    for (const file of documents) copyFileSync(at(file), at("npm", file));
    await step("Writing the notices of what the modules hold", {
      run: () => writeFileSync(at("npm/THIRD-PARTY-NOTICES.md"), notices(linked)),
      mend: "give the library its row in tools/notices.mjs, as the message says",
    });
    await step("Packing the package", {
      run: ["npm", "pack", "--silent", "--ignore-scripts"],
      cwd: at("npm"),
      mend: "read npm's words above",
    });
  });
}

/** The tarball is never listed in a lock: its digest there would make npm install the build before this one. */
async function installPackage() {
  for (const folder of consumers) {
    const inputs = [at(tarball), at(folder, "package-lock.json")];
    const outputs = [`${folder}/node_modules/gemini-vision-wasm/package.json`];
    await unlessUnchanged(`install-${folder}`, { inputs, outputs }, () =>
      step(`Installing the package in ${folder}/`, {
        run: [
          ...["npm", "install", "--no-save", "--no-package-lock", "--ignore-scripts"],
          ...["--no-audit", "--no-fund", "--silent", at(tarball)],
        ],
        cwd: at(folder),
        mend: `remove ${folder}/node_modules and run the command again`,
      }),
    );
  }
}

async function buildPage() {
  const writers = ["samples", "scene", "exif-writer", "film-writer", "jpeg-writer", "pdf-writer", "png-writer"].map(
    (name) => `tools/${name}.mjs`,
  );
  // The pictures in web/public/samples are made by the build itself.
  const own = filesBelow(["web", ...writers], { except: ["node_modules", "dist", "samples"] });
  const inputs = [...own, at(tarball)];
  await unlessUnchanged("page", { inputs, outputs: ["web/dist/index.html"] }, () =>
    step("Building the page", {
      run: ["npm", "run", "--silent", "build"],
      cwd: at("web"),
      mend: "read the words of tsc and Vite above",
    }),
  );
}

/** Everything that a person can use. A second run does only what has changed. */
export async function build() {
  await setup();
  await buildModules();
  await buildPackage();
  await installPackage();
  await buildPage();
}

if (process.argv[1] === import.meta.filename) await runSteps(build);
