/** The page works without a network after its first visit: its files are kept by service-worker.js, which the build writes. */

export function keepOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    // Without https, or where storage is shut, the page works all the same, with a network.
    navigator.serviceWorker.register("./service-worker.js").catch(() => {});
  });
}
