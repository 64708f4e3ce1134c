// What was said from this device a moment ago: the secrets with which guests change it, and what waits for approval.

const KEY = 'own-comments';

/**
 * @typedef {import('../generated/blog').components['schemas']['NewComment']} NewComment
 * @typedef {Record<string, NewComment>} Own by the comment's id
 */

/** @returns {Own} those that may be changed still */
function read() {
  try {
    const kept = /** @type {Own} */ (JSON.parse(localStorage.getItem(KEY) ?? '{}'));
    return Object.fromEntries(Object.entries(kept).filter(([, { editable_until: end = '' }]) => new Date(end) > new Date()));
  } catch {
    return {};
  }
}

/** @param {Own} own */
function write(own) {
  try {
    localStorage.setItem(KEY, JSON.stringify(own));
  } catch {
    // Without storage it cannot be changed later; it is said all the same.
  }
}

/** @param {string} id */
export const ownOf = (id) => read()[id];

/** @param {string} postId */
export const ownUnder = (postId) => Object.values(read()).filter(({ post_id: under }) => under === postId);

/** @param {NewComment} said */
export const remember = (said) => write({ ...read(), [said.id]: said });

/** @param {string} id */
export function forgetOwn(id) {
  const { [id]: _gone, ...others } = read();
  write(others);
}
