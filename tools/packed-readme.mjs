/** The README as it goes into the package: its links lead to what is packed, and it is silent about building the package. */

/** For those who have the repository: neither its commands nor its documents are in the package. */
const ownSection = "Working on it";

/**
 * @param {string} readme the repository's
 * @throws {Error} when the section it leaves out is not there
 */
export function packedReadme(readme) {
  const begin = readme.indexOf(`## ${ownSection}\n`);
  const end = readme.indexOf("\n## ", begin) + 1;
  if (begin === -1 || end === 0) throw new Error(`README.md has no section "${ownSection}" with another behind it.`);
  const kept = readme.slice(0, begin) + readme.slice(end);
  return kept.replaceAll("](npm/", "](");
}
