/** A project that uses the package: its own sources, and the package as npm installed it from its tarball. */
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const here = import.meta.dirname;
const tests = path.join(here, "..");

/**
 * A new project, below this folder because Next looks for itself from there. The folder's name is that of the project.
 *
 * @param fixtures folders whose files it has
 * @param manifest what its package.json has besides
 */
export async function makeProject(name, { fixtures = ["fixture"], manifest = {} } = {}) {
  const folder = path.join(here, "projects", name.toLowerCase().replaceAll(" ", "-"));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const fixture of fixtures) await cp(path.join(here, fixture), folder, { recursive: true });
  await cp(path.join(tests, "runtimes/behaviour.mjs"), path.join(folder, "behaviour.mjs"));
  const installed = "node_modules/gemini-vision-wasm";
  await cp(path.join(tests, installed), path.join(folder, installed), { recursive: true });
  await writeFile(
    path.join(folder, "package.json"),
    JSON.stringify({ name: "project", private: true, type: "module", ...manifest }),
  );
  return folder;
}
