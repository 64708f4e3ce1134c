import reader from '../messages/en.json' with { type: 'json' };

/** @type {Record<string, string>} */
let messages = { ...reader };
let plural = new Intl.PluralRules('en');

/**
 * Adds the texts of a part that is loaded on demand, such as the studio.
 * @param {Record<string, string>} more
 */
export function addMessages(more) {
  messages = { ...messages, ...more };
}

/**
 * The interface text of a key. `{name}` stands for a parameter; with `count` the key's `.one` / `.other` form is taken.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const form = typeof values.count === 'number' ? `${key}.${plural.select(values.count)}` : key;
  const text = messages[form] ?? messages[`${key}.other`] ?? messages[key];
  if (text === undefined) throw new Error(`No message for "${form}" in src/messages.`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}
