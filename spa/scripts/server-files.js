// Puts beside the build what spa/server reads: the interface's words, and the problem codes that the contracts declare.
import { mkdir, readFile, writeFile } from 'node:fs/promises';

const DIST = new URL('../dist/', import.meta.url);

await mkdir(new URL('messages/', DIST), { recursive: true });
// The server's pages say what readers' pages say, of which the search page brings its own words; a preview is the server's alone.
/** @type {Record<string, string>} */
const words = {};
for (const part of ['en', 'search.en', 'preview.en']) {
  Object.assign(words, JSON.parse(await readFile(new URL(`../src/messages/${part}.json`, import.meta.url), 'utf8')));
}
await writeFile(new URL('messages/en.json', DIST), JSON.stringify(words));

/** @type {Record<string, unknown>} */
const problems = {};
for (const service of ['users', 'blog']) {
  const contract = JSON.parse(await readFile(new URL(`../../openapi/${service}.json`, import.meta.url), 'utf8').catch(() => '{}'));
  Object.assign(problems, contract['x-problem-kinds']);
}
await writeFile(new URL('problems.json', DIST), JSON.stringify(problems));
