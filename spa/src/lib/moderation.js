// The texts of moderation, and what is done to comments there.
import moderation from '../messages/moderation.en.json' with { type: 'json' };
import { ask, blog } from './api.js';
import { addMessages, t } from './messages.js';

addMessages(moderation);

export const STATUSES = /** @type {const} */ (['pending', 'approved', 'spam', 'deleted']);

/** @typedef {typeof STATUSES[number]} Status */
/** @typedef {{ id?: string, version?: number, status?: string }} Item */

/** Who wrote a comment, as people call them. @param {{ name?: string } | null | undefined} author */
export const writerOf = (author) => author?.name || t('moderation.left');

/**
 * Puts comments where they belong, all of them or none; returns them as they stand then.
 * @param {Item[]} items
 * @param {Status} status
 */
export async function moderate(items, status) {
  const body = { items: items.map(({ id, version }) => ({ id: String(id), version: Number(version) })), status };
  const done = await ask(blog.POST('/api/blog/v1/comments/moderate', { body }));
  return done.items ?? [];
}
