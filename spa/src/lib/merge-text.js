// Two people changed one text: what does not overlap becomes one text again.
import { diff3Merge } from 'node-diff3';

const LINES = /[^\n]*\n|[^\n]+/g;
const WORDS = /[^\S\n]+|\n|[^\s]+/g;
// Two rewritten stretches of this many words are no matter for word by word merging.
const MOST_WORDS = 5000;

/**
 * @param {string} base what both began with
 * @param {string} mine
 * @param {string} theirs
 * @returns {string | null} null when both changed the same words differently
 */
export function mergeText(base, mine, theirs) {
  return merged(base, mine, theirs, LINES, (o, a, b) => merged(o, a, b, WORDS, () => null));
}

/**
 * @param {string} base
 * @param {string} mine
 * @param {string} theirs
 * @param {RegExp} tokens
 * @param {(base: string, mine: string, theirs: string) => string | null} settle what to do where both changed something
 */
function merged(base, mine, theirs, tokens, settle) {
  const [a, o, b] = [mine, base, theirs].map((text) => [...(text.match(tokens) ?? [])]);
  if (tokens === WORDS && a.length + o.length + b.length > 3 * MOST_WORDS) return null;
  let text = '';
  for (const { ok, conflict } of diff3Merge(a, o, b, { excludeFalseConflicts: true })) {
    const part = conflict ? settle(conflict.o.join(''), conflict.a.join(''), conflict.b.join('')) : (ok ?? []).join('');
    if (part === null) return null;
    text += part;
  }
  return text;
}
