// Fails when a reader's first page grew beyond its budget: 30 kB of script (gzip), and
// 120 kB in all with every font a post may use (as the server sends them: brotli).
import { readFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const DIST = new URL('../dist/', import.meta.url);
const SCRIPT = 30_000;
const ALL = 120_000;
// A post of 1,500 words with its embedded answer; tests/spa measures whole pages in a browser.
const HTML = 10_000;
const PAGES = ['Home', 'Post', 'Tag', 'Author'];
const FONTS = ['serif-roman', 'serif-bold', 'serif-italic', 'serif-display', 'sans', 'mono'];

/** @type {Record<string, { file: string, imports?: string[], css?: string[] }>} */
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', DIST), 'utf8'));

/**
 * @param {string} source
 * @param {Set<string>} [seen]
 */
function modules(source, seen = new Set()) {
  if (!seen.has(source)) {
    seen.add(source);
    for (const next of manifest[source].imports ?? []) modules(next, seen);
  }
  return seen;
}

/** @param {Uint8Array} bytes */
const gzip = (bytes) => gzipSync(bytes, { level: 9 });

/**
 * @param {Iterable<string>} files
 * @param {(bytes: Uint8Array) => Uint8Array} pack
 */
async function sent(files, pack = brotliCompressSync) {
  let sum = 0;
  for (const file of new Set(files)) {
    const bytes = await readFile(new URL(file, DIST));
    sum += file.endsWith('.woff2') ? bytes.length : pack(bytes).length;
  }
  return sum;
}

const fonts = await sent(FONTS.map((name) => manifest[`src/fonts/${name}.woff2`].file));
let failed = false;
for (const page of PAGES) {
  const sources = [...modules('index.html'), ...modules(`src/pages/${page}.svelte`)];
  const scripts = sources.map((source) => manifest[source].file);
  const styles = sources.flatMap((source) => manifest[source].css ?? []);
  const script = await sent(scripts, gzip);
  const all = (await sent([...scripts, ...styles])) + fonts + HTML;
  failed ||= script > SCRIPT || all > ALL;
  console.log(`${page.padEnd(8)} script ${script} of ${SCRIPT}, with styles, ${fonts} of fonts and ${HTML} of HTML ${all} of ${ALL}`);
}
if (failed) {
  console.error('A reader’s first page is over its budget (spa/README.md).');
  process.exitCode = 1;
}
