/** The behaviours in a process of its own, for the runtimes that are commands: says as JSON what came of them. */
import { run } from "./behaviour.mjs";

console.log(JSON.stringify(await run(JSON.parse(process.argv[2]))));
