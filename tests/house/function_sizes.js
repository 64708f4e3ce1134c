// Prints, for each function of the files named, its lines, its file and its name: node tests/house/function_sizes.js FILE…
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const ts = createRequire(new URL('../../spa/package.json', import.meta.url))('typescript');

/** Keeps a Svelte file's scripts, and the number of every line. @param {string} text */
function scripts(text) {
  const kept = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)];
  let blank = text.replace(/[^\n]/g, ' ');
  for (const found of kept) {
    const start = found.index + found[0].indexOf('>') + 1;
    blank = blank.slice(0, start) + found[1] + blank.slice(start + found[1].length);
  }
  return blank;
}

/** @param {string} file @param {import('typescript').SourceFile} source */
function print(file, source) {
  /** @param {import('typescript').Node} node */
  const visit = (node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const line = (/** @type {number} */ position) => source.getLineAndCharacterOfPosition(position).line;
      console.log(line(node.end) - line(node.getStart(source)) + 1, file, node.name?.getText(source) ?? '(unnamed)');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  const code = file.endsWith('.svelte') ? scripts(text) : text;
  print(file, ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS));
}
