// Languages nobody speaks, made of English: they show what is not in a message file, too long for its place, or on the wrong side.

const VOWELS = { a: 'á', e: 'é', i: 'î', o: 'ö', u: 'ü', A: 'Á', E: 'É', I: 'Î', O: 'Ö', U: 'Ü' };

/** Longer by a third, marked at both ends: what stands outside of the brackets was put together by code. @param {string} text */
const accented = (text) => `⟦${text.replace(/[aeiou]/gi, (vowel) => VOWELS[/** @type {keyof typeof VOWELS} */ (vowel)].repeat(2))}⟧`;

/** Each word from right to left. @param {string} text */
const mirrored = (text) => text.replace(/[^\s\d]+/g, (word) => `\u200f\u202e${word}\u202c\u200f`);

/** @type {Record<string, { direction: string, said: (text: string) => string }>} */
export const PSEUDO = {
  'en-XA': { direction: 'ltr', said: accented },
  'ar-XB': { direction: 'rtl', said: mirrored },
};

/**
 * The messages in one of the two.
 * @param {string} tag
 * @param {Record<string, string>} english
 * @returns {Record<string, string>}
 */
export function pseudo(tag, english) {
  const { direction, said } = PSEUDO[tag] ?? { direction: 'ltr', said: String };
  const outside = (/** @type {string} */ text) => text.split(/(\{\w+\})/).map((part, i) => (i % 2 || !part ? part : said(part))).join('');
  const all = Object.entries(english).map(([key, text]) => [key, key === 'direction' ? direction : outside(text)]);
  return Object.fromEntries(all);
}
