// Puts beside the build what spa/server reads: the interface's words, and the problem codes that the contracts declare.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';

const DIST = new URL('../dist/', import.meta.url);

await mkdir(new URL('messages/', DIST), { recursive: true });
await copyFile(new URL('../src/messages/en.json', import.meta.url), new URL('messages/en.json', DIST));

/** @type {Record<string, unknown>} */
const problems = {};
for (const service of ['users', 'blog']) {
  const contract = JSON.parse(await readFile(new URL(`../../openapi/${service}.json`, import.meta.url), 'utf8').catch(() => '{}'));
  Object.assign(problems, contract['x-problem-kinds']);
}
await writeFile(new URL('problems.json', DIST), JSON.stringify(problems));
