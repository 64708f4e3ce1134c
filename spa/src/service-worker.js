// Reading without a connection: the shell and files of one build, and the answers that were read.
// Pages come from the network while there is one, so that no release is ever hidden behind an old shell.
// VERSION and FILES are written by vite.config.js.
// @ts-nocheck - a worker's globals are others than a page's, and one program has one set of them.
const SHELL = `shell-${VERSION}`;
const ANSWERS = 'answers';
const KEPT = { [ANSWERS]: 300, media: 100 };
const OFFLINE = '/offline';

/** The page in which the application does everything itself; a static host has it at its root. */
async function shell() {
  const page = await fetch(OFFLINE, { cache: 'no-cache' });
  return page.ok ? page : fetch('/', { cache: 'no-cache' });
}

async function install() {
  const cache = await caches.open(SHELL);
  await Promise.all([cache.addAll(FILES), shell().then((page) => cache.put(OFFLINE, page))]);
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('shell-') && name !== SHELL).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** Keeps an answer; those kept first go first. */
async function keep(name, request, response) {
  const cache = await caches.open(name);
  await cache.delete(request);
  await cache.put(request, response);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - KEPT[name])).map((old) => cache.delete(old)));
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (unreachable) {
    const kept = await caches.match(OFFLINE, { cacheName: SHELL });
    if (kept) return kept;
    throw unreachable;
  }
}

/** An answer of the API: the newest there is. What a preview link shows says that nobody may keep it. */
async function answer(event) {
  const kept = () => caches.match(event.request, { cacheName: ANSWERS, ignoreVary: true });
  try {
    const response = await fetch(event.request);
    if (response.status >= 500) return (await kept()) ?? response;
    const passing = response.headers.get('Cache-Control')?.includes('no-store');
    if (response.ok && !passing) event.waitUntil(keep(ANSWERS, event.request, response.clone()));
    return response;
  } catch (unreachable) {
    const found = await kept();
    if (found) return found;
    throw unreachable;
  }
}

/** A file whose name holds its digest. */
async function file(event, name) {
  const kept = await caches.match(event.request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(event.request);
  if (name && response.ok) event.waitUntil(keep(name, event.request, response.clone()));
  return response;
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') return event.respondWith(page(request));
  // What somebody signed in is shown is theirs: it is asked for, never kept.
  if (pathname.startsWith('/api/blog/v1/') && !request.headers.has('Authorization')) return event.respondWith(answer(event));
  if (origin !== location.origin) return;
  if (pathname.startsWith('/assets/')) event.respondWith(file(event));
  if (pathname.startsWith('/media/')) event.respondWith(file(event, 'media'));
});
