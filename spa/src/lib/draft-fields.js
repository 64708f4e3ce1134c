// What the editor edits of a post, in the shape that the API reads.
import { mergeText } from './merge-text.js';

/**
 * @typedef {{
 *   title: string, markdown: string, slug: string, summary: string, tags: string[], kind: 'post' | 'page',
 *   visibility: 'public' | 'unlisted' | 'members', featured: boolean, canonical_url: string,
 * }} Fields
 */

/** @type {Fields} */
export const EMPTY = {
  title: '', markdown: '', slug: '', summary: '', tags: [], kind: 'post', visibility: 'public', featured: false, canonical_url: '',
};

/**
 * @param {any} post an answer of the API
 * @returns {Fields}
 */
export function fieldsOf(post) {
  return {
    title: post.title,
    markdown: post.markdown ?? '',
    slug: post.slug,
    summary: post.summary ?? '',
    tags: post.tags.map((/** @type {{ name: string }} */ tag) => tag.name),
    kind: post.kind,
    visibility: post.visibility,
    featured: post.featured,
    canonical_url: post.canonical_url ?? '',
  };
}

/**
 * @template T
 * @param {T} a
 * @param {T} b
 */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * The names of the fields that differ.
 * @param {Fields} base
 * @param {Fields} mine
 * @returns {(keyof Fields)[]}
 */
export const changed = (base, mine) =>
  /** @type {(keyof Fields)[]} */ (Object.keys(EMPTY)).filter((name) => !same(base[name], mine[name]));

/**
 * The part of a JSON Merge Patch for some fields; what may be absent is sent as null when it is blank.
 * @param {Fields} fields
 * @param {(keyof Fields)[]} names
 * @returns {Partial<import('../generated/blog').components['schemas']['PostPatch']>}
 */
export function patchOf(fields, names) {
  const nullable = new Set(['slug', 'summary', 'canonical_url']);
  return Object.fromEntries(names.map((name) => [name, nullable.has(name) && fields[name] === '' ? null : fields[name]]));
}

/**
 * Three versions of the same fields become one. Where only one side changed a field, that side is taken; in the text,
 * where only one side changed the words.
 * @param {Fields} base what both began with
 * @param {Fields} mine
 * @param {Fields} theirs
 * @returns {{ merged: Fields, torn: (keyof Fields)[] }} `torn` names what both changed, differently; `merged` holds mine there
 */
export function merge(base, mine, theirs) {
  const here = new Set(changed(base, mine));
  const taken = Object.fromEntries(changed(base, theirs).filter((name) => !here.has(name)).map((name) => [name, theirs[name]]));
  const both = changed(base, theirs).filter((name) => here.has(name) && !same(mine[name], theirs[name]));
  const markdown = both.includes('markdown') ? mergeText(base.markdown, mine.markdown, theirs.markdown) : null;
  if (markdown === null) return { merged: { ...mine, ...taken }, torn: both };
  return { merged: { ...mine, ...taken, markdown }, torn: both.filter((name) => name !== 'markdown') };
}
