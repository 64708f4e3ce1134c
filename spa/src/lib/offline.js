// Reading without a connection: registers the service worker, and keeps the answers that came with the first page.

/** The first page's answers were never asked for, so the worker has not seen them. */
async function keepEmbedded() {
  const text = document.getElementById('page-data')?.textContent;
  if (!text) return;
  const cache = await caches.open('answers');
  const responses = Object.entries(/** @type {import('./page-data.js').PageData} */ (JSON.parse(text)).responses);
  for (const [path, { status, body }] of responses) if (status === 200) await cache.put(path, Response.json(body));
}

/** Begins to keep what is read; a browser that forbids it goes on without. */
export async function startKeeping() {
  try {
    await navigator.serviceWorker.register('/service-worker.js');
    await keepEmbedded();
  } catch {
    // Private windows and full disks: everything else works.
  }
}
