import reader from '../messages/en.json' with { type: 'json' };

/** @type {Record<string, string>} */
let messages = { ...reader };
let plural = new Intl.PluralRules('en');
let number = new Intl.NumberFormat('en');
/** @type {import('./languages.js').Translate | null} */
let translate = null;
/** @type {Promise<unknown>} */
let coming = Promise.resolve();

/**
 * @param {Record<string, string>} english
 * @param {'page' | 'more'} part
 */
function take(english, part) {
  messages = { ...messages, ...english };
  const words = translate?.(english, part).then((found) => (messages = { ...messages, ...found }), () => {});
  if (words) coming = Promise.all([coming, words]);
}

/**
 * Adds the texts of a part that is loaded on demand, such as the studio.
 * @param {Record<string, string>} more
 */
export const addMessages = (more) => take(more, 'more');

/** Whoever loads a part on demand waits here before it is shown: its words in the blog's language come after it. */
export const wordsThere = () => coming;

/**
 * Speaks the blog's language from now on; English where nobody translated.
 * @param {string} tag BCP 47
 */
export async function speak(tag) {
  if (/^en(?!-XA)\b/i.test(tag)) return;
  translate = await import('./languages.js').then(({ languageFor }) => languageFor(tag), () => null);
  if (!translate) return;
  plural = new Intl.PluralRules(tag);
  number = new Intl.NumberFormat(tag);
  take(reader, 'page');
  await coming;
  document.documentElement.dir = t('direction');
}

/**
 * The interface text of a key. `{name}` stands for a parameter; with `count` the key's form for that number is taken.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, { count, ...values } = {}) {
  const form = typeof count === 'number' ? `${key}.${plural.select(count)}` : key;
  const text = messages[form] ?? messages[`${key}.other`] ?? messages[key];
  if (text === undefined) throw new Error(`No message for "${form}" in src/messages.`);
  const all = /** @type {typeof values} */ ({ ...values, count: typeof count === 'number' ? number.format(count) : count });
  return text.replace(/\{(\w+)\}/g, (_, name) => String(all[name] ?? ''));
}
