// Puts beside the build what spa/server reads: the interface's words, and the problem codes that the contracts declare.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { PSEUDO, pseudo } from '../src/lib/pseudo.js';

const DIST = new URL('../dist/', import.meta.url);
const MESSAGES = new URL('../src/messages/', import.meta.url);

/** @param {string} name @returns {Promise<Record<string, string>>} */
const read = async (name) => JSON.parse(await readFile(new URL(`${name}.json`, MESSAGES), 'utf8').catch(() => '{}'));

/**
 * What the server must know of a language to count in it as browsers do: the form for each number (beyond 99 the last two digits
 * decide), how digits are grouped, and which they are.
 * @param {string} tag
 */
function counting(tag) {
  const plural = new Intl.PluralRules(tag);
  const format = new Intl.NumberFormat(tag);
  const plain = new Intl.NumberFormat(tag, { useGrouping: false });
  const group = format.formatToParts(1_234_567).find(({ type }) => type === 'group')?.value ?? '';
  return {
    forms: Array.from({ length: 200 }, (_, n) => plural.select(n)),
    group,
    grouped_from: group && format.format(1000).includes(group) ? 1000 : 10_000,
    digits: Array.from({ length: 10 }, (_, digit) => plain.format(digit)).join(''),
  };
}

/**
 * @param {string} tag
 * @param {Record<string, string>} messages
 */
const write = (tag, messages) => writeFile(new URL(`messages/${tag}.json`, DIST), JSON.stringify({ ...counting(tag), messages }));

await mkdir(new URL('messages/', DIST), { recursive: true });
// The server's pages say what readers' pages say, of which search and comments bring their own words; a preview is the server's alone.
const english = Object.assign({}, ...(await Promise.all(['en', 'search.en', 'comments.en', 'preview.en'].map(read))));
await write('en', english);
for (const tag of Object.keys(PSEUDO)) await write(tag, pseudo(tag, english));
for (const [, tag = ''] of (await readdir(MESSAGES)).map((file) => /^([\w-]+)\.json$/.exec(file) ?? [])) {
  if (tag && tag !== 'en') await write(tag, { ...english, ...(await read(tag)), ...(await read(`more.${tag}`)) });
}

/** @type {Record<string, unknown>} */
const problems = {};
for (const service of ['users', 'blog']) {
  const contract = JSON.parse(await readFile(new URL(`../../openapi/${service}.json`, import.meta.url), 'utf8').catch(() => '{}'));
  Object.assign(problems, contract['x-problem-kinds']);
}
await writeFile(new URL('problems.json', DIST), JSON.stringify(problems));
