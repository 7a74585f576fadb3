// Keeps pages that were opened once, so that they work without a network. Studies always ask the machine.
const SHELF = "pages-1";
const KEEP = /^\/(assets\/|explore|compare|person|evidence|heal|api$|vega\.js|api\/(scenes|evidence|trials|hypotheses|vocabulary)$)/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== SHELF) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const place = new URL(event.request.url);
  if (event.request.method !== "GET" || place.origin !== location.origin || !KEEP.test(place.pathname) || place.search) return;
  event.respondWith((async () => {
    const shelf = await caches.open(SHELF);
    try {
      const fresh = await fetch(event.request);
      if (fresh.ok && !fresh.redirected) shelf.put(place.pathname, fresh.clone());
      return fresh;
    } catch (fault) {
      const kept = await shelf.match(place.pathname);
      if (kept) return kept;
      throw fault;
    }
  })());
});
