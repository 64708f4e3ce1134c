// Languages beside English; loaded where a blog speaks one of them.
import { PSEUDO, pseudo } from './pseudo.js';

const files = /** @type {Record<string, () => Promise<Record<string, string>>>} */ (
  import.meta.glob(['../messages/*.json', '!../messages/*en.json'], { import: 'default' })
);

/**
 * Says English messages in a language: those of every page (`en.json`), or of the parts that are loaded on demand.
 * What nobody translated stays English.
 * @typedef {(english: Record<string, string>, part: 'page' | 'more') => Promise<Record<string, string>>} Translate
 */

/**
 * @param {string} tag BCP 47; `de-AT` is said as `de` where it has no file of its own
 * @returns {Translate | null} null where there is no such language
 */
export function languageFor(tag) {
  if (tag in PSEUDO) return async (english) => pseudo(tag, english);
  const spoken = [tag, tag.split('-')[0]].find((each) => files[`../messages/${each}.json`]);
  return spoken ? async (_english, part) => (await files[`../messages/${part === 'page' ? '' : 'more.'}${spoken}.json`]?.()) ?? {} : null;
}
