// Writes .br and .gz beside each text file of the build; WhiteNoise and most static hosts serve those.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const DIST = new URL('../dist/', import.meta.url);
const TEXT = /\.(js|css|html|svg)$/;
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

for (const name of await readdir(DIST, { recursive: true })) {
  if (!TEXT.test(name)) continue;
  const bytes = await readFile(new URL(name, DIST));
  const variants = /** @type {const} */ ([['br', brotliCompressSync(bytes, brotli)], ['gz', gzipSync(bytes, { level: 9 })]]);
  for (const [suffix, packed] of variants) {
    if (packed.length < bytes.length * 0.95) await writeFile(new URL(`${name}.${suffix}`, DIST), packed);
  }
}
