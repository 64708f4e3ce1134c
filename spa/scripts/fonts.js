// Makes the first subset of each font in src/fonts: ASCII, typographic marks and the weights the pages use, each a file of its
// own, so that a page without bold text loads none. The rest of each family is loaded by unicode-range when a page needs it
// (styles/fonts.css). The results are committed: run this only to change them.
//   npm install --no-save source-serif@4.5.1 subset-font@2.9.0 && node scripts/fonts.js
import { readFile, writeFile } from 'node:fs/promises';
// @ts-ignore installed only to run this
import subsetFont from 'subset-font';

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCodePoint(32 + i)).join('');
const MARKS = '\u00a0©«·»×–—‘’“”•…←↑→↓↩′″−';
const LAYOUT = ['kern', 'liga', 'clig', 'calt', 'ccmp', 'locl', 'mark', 'mkmk', 'rlig'];
const FIGURES = ['lnum', 'onum', 'pnum', 'tnum', 'frac', 'numr', 'dnom'];
const MARKED = ['ccmp', 'mark', 'mkmk'];
const INTER = '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2';
const SERIF = 'source-serif/WOFF2/VAR/SourceSerif4Variable';

/** @type {Record<string, { from: string, axes: Record<string, number | { min: number, max: number }>, features: string[] }>} */
const fonts = {
  // Google's cut of Source Serif, which @fontsource carries, has no old-style figures: Adobe's own has.
  'serif-roman': { from: `${SERIF}-Roman.ttf.woff2`, axes: { wght: 400, opsz: 16 }, features: [...LAYOUT, ...FIGURES] },
  'serif-bold': { from: `${SERIF}-Roman.ttf.woff2`, axes: { wght: 650, opsz: 16 }, features: [...LAYOUT, ...FIGURES] },
  'serif-italic': { from: `${SERIF}-Italic.ttf.woff2`, axes: { wght: 400, opsz: 16 }, features: [...LAYOUT, ...FIGURES] },
  'serif-display': { from: `${SERIF}-Roman.ttf.woff2`, axes: { wght: 600, opsz: 40 }, features: [...LAYOUT, ...FIGURES] },
  sans: { from: INTER, axes: { wght: 400 }, features: [...MARKED, 'kern', 'tnum'] },
  'sans-bold': { from: INTER, axes: { wght: 600 }, features: [...MARKED, 'kern', 'tnum'] },
  mono: { from: '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2', axes: { wght: 400 }, features: MARKED },
};

for (const [name, { from, axes, features }] of Object.entries(fonts)) {
  const whole = await readFile(new URL(`../node_modules/${from}`, import.meta.url));
  const first = await subsetFont(whole, ASCII + MARKS, { targetFormat: 'woff2', variationAxes: axes, keepFeatures: features, noHinting: true });
  await writeFile(new URL(`../src/fonts/${name}.woff2`, import.meta.url), first);
  console.log(name, whole.length, '→', first.length);
}
