/** A thread of the runtime: one of Node's, or a worker of the page. */

import type { Report } from "./messages.js";
import { died, type Listener, noThreads, notStarted, type Port } from "./port.js";
import { spawnInNode } from "./spawn-node.js";

/** @throws InputError `unsupported` where there are no threads */
export function spawn(listener: Listener): Port {
  const port = spawnInNode(listener);
  if (port !== undefined) return port;
  if (typeof Worker === "function") return spawnInPage(listener);
  throw noThreads();
}

function spawnInPage({ onReport, onEnd }: Listener): Port {
  // Bundlers look for exactly these words.
  const worker = new Worker(new URL("./thread.js", import.meta.url), { type: "module" });
  let started = false;
  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    started = true;
    onReport(data);
  };
  worker.onerror = (event) => {
    event.preventDefault(); // told to whoever called, not to the console
    worker.terminate();
    onEnd(started ? died(event.message) : notStarted(event.message));
  };
  return {
    post: (order, transfer) => worker.postMessage(order, transfer),
    hold: () => {},
    end: () => worker.terminate(),
  };
}
