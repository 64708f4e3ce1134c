// What the editor edits of a post, in the shape that the API reads.
import { mergeText } from './merge-text.js';

/**
 * @typedef {{
 *   title: string, markdown: string, slug: string, summary: string, tags: string[], kind: 'post' | 'page',
 *   visibility: 'public' | 'unlisted' | 'members', featured: boolean, canonical_url: string, series: string, language: string,
 *   authors: string[], seo_title: string, seo_description: string, seo_image: string,
 * }} Fields
 */

/** @type {Fields} */
export const EMPTY = {
  title: '', markdown: '', slug: '', summary: '', tags: [], kind: 'post', visibility: 'public', featured: false, canonical_url: '',
  series: '', language: '', authors: [], seo_title: '', seo_description: '', seo_image: '',
};

const NULLABLE = new Set(['slug', 'summary', 'canonical_url', 'series', 'language']);
const SEO = 'seo_';

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
    series: post.series?.slug ?? '',
    language: post.language ?? '',
    authors: post.authors.map((/** @type {{ username: string }} */ author) => author.username),
    seo_title: post.seo?.title ?? '',
    seo_description: post.seo?.description ?? '',
    seo_image: post.seo?.image ?? '',
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
  const own = names.filter((name) => !name.startsWith(SEO) && !(name === 'authors' && fields.authors.length === 0));
  /** @type {Record<string, any>} */
  const patch = Object.fromEntries(own.map((name) => [name, NULLABLE.has(name) && fields[name] === '' ? null : fields[name]]));
  const seo = names.filter((name) => name.startsWith(SEO));
  if (seo.length) patch.seo = Object.fromEntries(seo.map((name) => [name.slice(SEO.length), fields[name] || null]));
  return patch;
}

/**
 * The fields as a JSON Merge Patch leaves them: what `patchOf` made of a change makes the change again.
 * @param {Fields} fields
 * @param {any} patch
 * @returns {Fields}
 */
export function patched(fields, patch) {
  const { seo, ...own } = patch;
  const said = Object.entries({ ...own, ...Object.fromEntries(Object.entries(seo ?? {}).map(([name, value]) => [SEO + name, value])) });
  return { ...fields, ...Object.fromEntries(said.filter(([name]) => name in EMPTY).map(([name, value]) => [name, value ?? ''])) };
}

/**
 * What a revision says, in the fields that it keeps; the others as they are given.
 * @param {any} revision an answer of the API
 * @param {Fields} others
 * @returns {Fields}
 */
export function fieldsOfRevision(revision, others) {
  const { title, markdown, summary, slug, tags, visibility, featured, language, canonical_url, authors, seo } = revision;
  return {
    ...others, title, markdown, slug, tags, visibility, featured, authors, summary: summary ?? '', language: language ?? '',
    canonical_url: canonical_url ?? '', seo_title: seo?.title ?? '', seo_description: seo?.description ?? '', seo_image: seo?.image ?? '',
  };
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
