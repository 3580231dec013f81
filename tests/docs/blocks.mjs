/** The code of the documents: README, guides and the word for those who work on it. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const modules = path.join(root, "tests/node_modules");
export const installed = path.join(modules, "gemini-vision-wasm");

const { version } = JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8"));
export const tarball = path.join(root, `npm/gemini-vision-wasm-${version}.tgz`);

/** What npm needs to do without a registry and to leave the person's own cache alone. */
export const npmSettings = (folder) => ({
  npm_config_cache: path.join(folder, "npm-cache"),
  npm_config_offline: "true",
});

/**
 * Installs the package globally, as the README says, into a folder. It alone is on the PATH returned: the command is where that
 * puts it, or nowhere.
 */
export async function installCommand(folder) {
  const prefix = path.join(folder, "global");
  const args = ["install", "--global", "--prefix", prefix, "--silent", tarball];
  await promisify(execFile)("npm", args, { env: { ...process.env, ...npmSettings(folder) } });
  return `${path.join(prefix, "bin")}${path.delimiter}${process.env.PATH}`;
}

/** The page's, of which there is one; a test of documents needs no other. */
export const viteFolder = path.join(root, "web/node_modules/vite");
const require = createRequire(path.join(root, "web/package.json"));
export const vite = await import(pathToFileURL(require.resolve("vite")));

const guides = readdirSync(path.join(root, "npm/guides")).sort();
/** In the order of their programs. */
export const documentNames = [
  ...["README.md", "CONTRIBUTING.md", "npm/CHANGELOG.md", "npm/llms.txt"],
  ...guides.map((name) => `npm/guides/${name}`),
];
export const textOf = (name) => readFileSync(path.join(root, name), "utf8");
export const readme = textOf("README.md");

/** Every block: its document, language, the heading above it, its code. */
export const blocks = documentNames.flatMap((document) => {
  const text = textOf(document);
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language, 2: code, index }) => {
    const heading =
      text
        .slice(0, index)
        .match(/^#+ .*$/gm)
        ?.at(-1) ?? "";
    return { document, language, heading: heading.replace(/^#+ /, ""), code };
  });
});

/** What a block says it prints or shows, behind "→". */
export function toldBy(code, pattern = /\/\/ → (.*)$/gm) {
  return [...code.matchAll(pattern)].map((match) => match[1]);
}

/** What the documents show was so on this day: prices change, and models end. */
export const shownOn = "2026-11-25";

/** For NODE_OPTIONS: a process that takes today for that day. */
export const shownOnThatDay = `--import=data:text/javascript,${encodeURIComponent(`
  const Real = Date;
  const behind = Real.now() - Real.parse("${shownOn}");
  globalThis.Date = class extends Real {
    constructor(...given) {
      super(...(given.length > 0 ? given : [Real.now() - behind]));
    }
    static now() {
      return Real.now() - behind;
    }
  };
`)}`;

export const blocksOf = (language) => blocks.filter((block) => block.language === language);
