/**
 * Keeps the page's own files, so that it works without a network after its first visit. Nothing else passes through it: no
 * question, no answer, no file of a person's. The build puts version and list in; a new build is a new version.
 */

const version = "__VERSION__";
const files = /** @type {string[]} */ (__FILES__);

const cacheName = `page-${version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith("page-") && name !== cacheName))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

/** From the cache what is in it; everything else is the browser's own affair. */
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isOwn = request.method === "GET" && new URL(request.url).origin === location.origin;
  if (!isOwn || request.cache === "no-store") return;
  event.respondWith(
    caches
      .open(cacheName)
      .then(async (cache) => (await cache.match(request, { ignoreSearch: true })) ?? fetch(request)),
  );
});
