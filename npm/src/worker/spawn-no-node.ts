/** What bundlers put in the place of spawn-node.ts for a browser (`browser` in package.json). */

export function spawnInNode(): undefined {}
