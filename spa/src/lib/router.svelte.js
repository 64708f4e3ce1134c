// Navigation within the page: load first, then show; focus, title and scrolling follow.
import { flushSync } from 'svelte';
import { wordsThere } from './messages.js';
import { Problem } from './problem.js';
import { matcher } from './routing.js';

/**
 * What is on the screen.
 * @typedef {{
 *   url: URL,
 *   params: Record<string, string>,
 *   route: import('./routing.js').Route | null,
 *   status: 'ready' | 'waiting' | 'failed',
 *   page: import('svelte').Component<any> | null,
 *   layout: import('svelte').Component<any> | null,
 *   data: any,
 *   problem: Problem | null,
 * }} View
 */

/** Longer than this, and the reader is shown that something is on its way. */
const PATIENCE_MS = 200;

/** @type {View} */
let view = $state.raw({
  url: new URL(location.href), params: {}, route: null, status: 'waiting', page: null, layout: null, data: null, problem: null,
});

export const router = {
  get view() {
    return view;
  },
};

/** @type {ReturnType<typeof matcher>} */
let match = () => null;
/** @type {(view: View, title: string) => void} */
let shown = () => {};
let running = new AbortController();
let scrollKey = 0;
/** @type {Map<number, number>} */
const scrolls = new Map();

/**
 * @param {URL} url
 * @param {AbortSignal} signal
 * @returns {Promise<{ view: View, title: string }>}
 */
async function prepare(url, signal) {
  let found = match(url.pathname);
  const blank = { url, params: {}, route: null, page: null, layout: null, data: null, problem: null };
  try {
    const further = await found?.route.routes?.();
    if (further) found = matcher(further.routes)(url.pathname);
    if (!found) throw new Problem(404, { code: 'not_found' });
    const { route, params } = found;
    Object.assign(blank, { route, params });
    const [layout, page] = await Promise.all([route.layout?.(), route.page?.()]);
    await wordsThere();
    if (!page) throw new Problem(404, { code: 'not_found' });
    const data = await page.load?.({ params, query: url.searchParams, signal });
    const address = page.address?.(data) ?? url.pathname;
    if (address !== url.pathname && !signal.aborted) history.replaceState(history.state, '', address + url.search + url.hash);
    const ready = /** @type {const} */ ('ready');
    return { view: { ...blank, status: ready, page: page.default, layout: layout?.default ?? null, data }, title: page.title?.(data) ?? '' };
  } catch (error) {
    if (signal.aborted) throw error;
    const problem = error instanceof Problem ? error : new Problem(500, { code: 'broken', title: String(error) });
    if (problem.code === 'broken') console.error(error);
    return { view: { ...blank, status: 'failed', layout: (await found?.route.layout?.().catch(() => null))?.default ?? null, problem }, title: '' };
  }
}

/** @param {() => void} change */
function withTransition(change) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (calm || !document.startViewTransition || document.visibilityState !== 'visible') return change();
  document.startViewTransition(change);
}

/** @param {URL} url */
function scrollTo(url, top = 0) {
  const anchor = url.hash && document.getElementById(decodeURIComponent(url.hash.slice(1)));
  if (anchor && !top) anchor.scrollIntoView();
  else window.scrollTo({ top, behavior: 'instant' });
}

/** The page's heading takes the focus, so that a screen reader begins with it. */
function focusHeading() {
  const heading = document.querySelector('main h1');
  if (!(heading instanceof HTMLElement)) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Ends what was being loaded; what is loaded now has the signal. */
function begin() {
  running.abort();
  running = new AbortController();
  return running.signal;
}

/**
 * @param {URL} url
 * @param {number} [top] where to scroll; 0 is the top or the anchor
 */
async function show(url, top = 0) {
  const signal = begin();
  const waiting = setTimeout(() => (view = { ...view, route: match(url.pathname)?.route ?? null, status: 'waiting' }), PATIENCE_MS);
  try {
    const next = await prepare(url, signal);
    if (signal.aborted) return;
    clearTimeout(waiting);
    withTransition(() => {
      view = next.view;
      flushSync();
      shown(next.view, next.title);
      scrollTo(url, top);
      focusHeading();
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(waiting);
  }
}

/**
 * Goes to an address of this site.
 * @param {string | URL} to
 * @param {{ replace?: boolean }} [options]
 */
export function navigate(to, { replace = false } = {}) {
  const url = new URL(to, location.href);
  if (url.origin !== location.origin || !match(url.pathname)) {
    location.assign(url);
    return Promise.resolve();
  }
  scrolls.set(scrollKey, scrollY);
  if (!replace) scrollKey += 1;
  history[replace ? 'replaceState' : 'pushState']({ key: scrollKey }, '', url);
  return show(url);
}

/** Loads the page that is shown again, after a problem. */
export const reload = () => show(new URL(location.href), scrollY);

/**
 * Brings the data of the page up to date. The page keeps standing meanwhile, with what was typed into it and what is
 * shown but once; where its data cannot be had, it stays as it was.
 * @throws {Problem} what kept the data away
 */
export async function renew() {
  const url = new URL(location.href);
  const leaving = view.status !== 'ready' || view.url.pathname !== url.pathname;
  if (leaving) return show(url, scrollY);
  const signal = begin();
  const next = await prepare(url, signal).catch((error) => {
    if (!signal.aborted) throw error;
  });
  if (!next || signal.aborted) return;
  if (next.view.problem) throw next.view.problem;
  view = next.view;
  flushSync();
  shown(next.view, next.title);
  // Whoever held what is gone now would be left at the top of the document.
  if (document.activeElement === document.body) focusHeading();
}

/**
 * @param {Event} event
 * @returns {URL | null} the address, when the event is about a link this router answers
 */
function linkOf(event) {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (!(link instanceof HTMLAnchorElement) || link.target || link.download || link.rel === 'external') return null;
  const url = new URL(link.href);
  return url.origin === location.origin && match(url.pathname) ? url : null;
}

/** @param {MouseEvent} event */
function onClick(event) {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = linkOf(event);
  // The browser moves to an anchor of the same page better than any script.
  if (!url || (url.hash && url.pathname === location.pathname && url.search === location.search)) return;
  event.preventDefault();
  void navigate(url);
}

/** @param {Event} event */
function onHint(event) {
  const url = linkOf(event);
  if (url) void match(url.pathname)?.route.page?.().catch(() => {});
}

/** @param {PopStateEvent} event */
function onPopState(event) {
  const url = new URL(location.href);
  scrolls.set(scrollKey, scrollY);
  scrollKey = event.state?.key ?? 0;
  if (url.pathname === view.url.pathname && url.search === view.url.search) return scrollTo(url, scrolls.get(scrollKey));
  void show(url, scrolls.get(scrollKey));
}

/**
 * Prepares the first page without touching the screen, then listens for navigation.
 * @param {import('./routing.js').Route[]} routes
 * @param {(view: View, title: string) => void} onShown called after each navigation, not for the first page
 */
export async function start(routes, onShown) {
  match = matcher(routes);
  shown = onShown;
  scrollKey = history.state?.key ?? 0;
  const first = await prepare(new URL(location.href), running.signal);
  view = first.view;
  // Reloads are the browser's: it knows where the reader was before any script ran.
  history.scrollRestoration = 'manual';
  addEventListener('pagehide', () => (history.scrollRestoration = 'auto'));
  addEventListener('popstate', onPopState);
  document.addEventListener('click', onClick);
  document.addEventListener('pointerover', onHint, { passive: true });
  document.addEventListener('focusin', onHint);
  return first;
}
