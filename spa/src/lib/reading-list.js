// What a reader bookmarked and read. It stays on this device: nobody else learns of it.

const KEY = 'reading-list';
const MOST = 300;

/** @typedef {{ path: string, title: string, at: string, saved: boolean }} Entry `at` is when it was last opened, RFC 3339 */

/** @returns {Entry[]} the newest first */
export function entries() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((entry) => typeof entry?.path === 'string' && typeof entry.title === 'string') : [];
  } catch {
    return [];
  }
}

/** @param {Entry[]} list bookmarks are never dropped for what was merely read */
function store(list) {
  const [saved, read] = [list.filter((entry) => entry.saved), list.filter((entry) => !entry.saved)];
  const kept = [...saved, ...read.slice(0, Math.max(0, MOST - saved.length))].sort((a, b) => (a.at < b.at ? 1 : -1));
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path */
const others = (path) => entries().filter((entry) => entry.path !== path);
/** @param {string} path */
const entry = (path) => entries().find((one) => one.path === path);

/** @param {string} path */
export const isSaved = (path) => entry(path)?.saved ?? false;

/**
 * Notes that a post was opened.
 * @param {string} path
 * @param {string} title
 * @param {Date} now
 */
export const opened = (path, title, now = new Date()) =>
  store([{ path, title, at: now.toISOString(), saved: isSaved(path) }, ...others(path)]);

/**
 * Sets or takes away the bookmark of a post that was opened.
 * @param {string} path
 * @param {boolean} saved
 * @returns {boolean} whether the device took it
 */
export function save(path, saved) {
  const found = entry(path);
  return found ? store([{ ...found, saved }, ...others(path)]) : false;
}

/** @param {string} path */
export const forget = (path) => store(others(path));

/** Forgets what was read; bookmarks stay. */
export const forgetRead = () => store(entries().filter(({ saved }) => saved));
