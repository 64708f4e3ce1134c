// The words of the conversation, and why a comment was not taken.
import comments from '../messages/comments.en.json' with { type: 'json' };
import commenting from '../messages/commenting.en.json' with { type: 'json' };
import { addMessages, t } from './messages.js';

addMessages(comments);
addMessages(commenting);

const FIELDS = ['markdown', 'name', 'email', 'website'];

/**
 * Why a comment was not taken, in a sentence about it as a whole; what is wrong with a field stands beside the field.
 * @param {any} problem
 */
export function refusalOf(problem) {
  if (problem.code === 'unreachable' || problem.status >= 500) return t('comments.unreachable');
  if (problem.status === 412) return t('comments.meanwhile');
  if (problem.status === 429) return t('comments.busy');
  const faults = /** @type {{ pointer?: string, detail: string }[]} */ (problem.errors ?? []);
  const others = faults.filter(({ pointer = '' }) => !FIELDS.includes(pointer.slice(1)));
  return faults.length ? others.map(({ detail }) => detail).join(' ') : problem.message;
}

/** @param {{ name: string } | null} author */
export const nameOf = (author) => author?.name || t('comments.nobody');
