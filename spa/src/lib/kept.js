// Unsaved text is kept on this device until the service has it.

const PREFIX = 'kept:';

/**
 * @typedef {{ fields: import('./draft-fields.js').Fields, version: number | null, key: string }} Kept
 *   `version` is the one it was written against; `key` the idempotency key of a post that may not exist yet.
 */

/**
 * @param {string} id a post's id, or `new`
 * @returns {Kept | null}
 */
export function recall(id) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + id) ?? 'null');
  } catch {
    return null;
  }
}

/**
 * @param {string} id
 * @param {Kept} kept
 * @returns {boolean} whether the device took it
 */
export function keep(id, kept) {
  try {
    localStorage.setItem(PREFIX + id, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** @returns {string[]} where unsaved text is kept on this device */
function places() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}

/** @returns {boolean} whether anything unsaved is kept on this device */
export const keepsText = () => places().length > 0;

/** Whoever uses this device next finds nothing of what was kept. */
export function discardAll() {
  for (const name of places()) discard(name.slice(PREFIX.length));
}

/** @param {string} id */
export function discard(id) {
  try {
    localStorage.removeItem(PREFIX + id);
  } catch {
    // A device without storage kept nothing.
  }
}
