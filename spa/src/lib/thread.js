// Where a new comment stands among those that are shown.

const DEEPEST = 3;

/**
 * @typedef {import('../generated/blog').components['schemas']['Comment']} Comment
 * @typedef {Comment & { sending?: boolean, secret?: string | null }} Shown
 */

/**
 * Puts an answer below what it answers and all that was answered before; what is deeper than deep stands side by side.
 * @param {Shown[]} items
 * @param {Shown} comment
 * @returns {Shown[]}
 */
export function placed(items, comment) {
  let at = items.findIndex(({ id }) => id === comment.parent_id);
  const parent = items[at];
  if (!parent) return [...items, comment];
  const depth = Math.min(parent.depth + 1, DEEPEST);
  while (at > 0 && items[at] && /** @type {Shown} */ (items[at]).depth >= depth) at -= 1;
  let end = at + 1;
  while (end < items.length && /** @type {Shown} */ (items[end]).depth >= depth) end += 1;
  return [...items.slice(0, end), { ...comment, depth }, ...items.slice(end)];
}

/**
 * Takes a comment away; its place is kept where answers follow.
 * @param {Shown[]} items
 * @param {string} id
 * @returns {Shown[]}
 */
export function without(items, id) {
  const at = items.findIndex((each) => each.id === id);
  const [found, next] = items.slice(at, at + 2);
  if (!found) return items;
  const answered = next && next.depth > found.depth;
  const place = { ...found, status: /** @type {const} */ ('deleted'), author: null, html: null, markdown: null };
  return [...items.slice(0, at), ...(answered ? [place] : []), ...items.slice(at + 1)];
}
