// What a reader's page asks for; spa/server/views.py asks for the same, so that nothing is asked twice.

/**
 * @typedef {import('../generated/blog').components['schemas']['Post']} Post
 * @typedef {import('../generated/blog').components['schemas']['PostList']} PostList
 */

export const RESULTS = 20;
export const LIST_FIELDS = /** @type {const} */ ([
  'cover', 'excerpt', 'featured', 'id', 'language', 'published_at', 'reading_minutes', 'tags', 'title', 'url',
]);
export const LINE_FIELDS = /** @type {const} */ (['id', 'language', 'published_at', 'title', 'url']);
export const RELATED = 3;
export const COMMENTS = 50;
export const POST_FIELDS = /** @type {const} */ ([
  'authors', 'canonical_url', 'cover', 'excerpt', 'html', 'id', 'kind', 'language', 'published_at', 'reading_minutes', 'seo',
  'series', 'summary', 'tags', 'title', 'toc', 'updated_at', 'url', 'visibility', 'word_count',
]);

const LEAST_HEADINGS = 3;

/**
 * Where something is read, without the origin: a copy of the site elsewhere keeps its readers.
 * @param {string} url
 */
export const pathOf = (url) => new URL(url).pathname;

/**
 * The query of one page of a list.
 * @param {URLSearchParams} query
 * @param {number} size how many posts the site lists on a page
 */
export function pageQuery(query, size) {
  const cursor = query.get('cursor');
  return { fields: [...LIST_FIELDS], limit: size, ...(cursor ? { cursor } : {}) };
}

/**
 * The two upper levels of a table of contents, `depth` 0 or 1; nothing when there are too few headings.
 * @param {Post['toc']} toc
 */
export function contents(toc) {
  const top = Math.min(...toc.map(({ level }) => level));
  const entries = toc.filter(({ level }) => level <= top + 1).map(({ id, level, text }) => ({ id, text, depth: level - top }));
  return entries.length < LEAST_HEADINGS ? [] : entries;
}
