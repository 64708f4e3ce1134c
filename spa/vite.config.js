import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// What only the studio needs of Svelte's runtime, what each of a reader's pages needs, and what all of them do (`npm run budget` holds their sizes).
const chunks = [
  {
    name: 'forms',
    priority: 3,
    includeDependenciesRecursively: false,
    test: /svelte\/src\/(transition|motion|animate|internal\/(client\/dom\/(blocks\/svelte-element|elements\/(transitions|bindings\/(?!shared)))|shared\/clone))/,
  },
  { name: 'post', priority: 2, includeDependenciesRecursively: false, test: /src\/(pages\/Post\.svelte|components\/(Authors|Contents|Prose)\.svelte)/ },
  { name: 'list', priority: 2, includeDependenciesRecursively: false, test: /src\/(pages\/Home\.svelte|components\/(PostList|Pagination|Empty)\.svelte)/ },
  { name: 'reader', priority: 1, test: /src\/(App|pages\/(Home|Post))\.svelte|preload-helper/ },
];

// The runtime's modules do nothing by being loaded; without this the reader's file would load the forms' for their effects.
const runtime = { test: /svelte\/src\/internal\/(client|shared)/, sideEffects: false };

/**
 * What these pages never do (hydrating a server's Svelte, code of Svelte 4, asynchronous components, tracing) is switched on by variables of
 * the runtime. As constants they let the build leave out the code behind them: 1.5 kB of every reader's first page.
 * @returns {import('vite').Plugin}
 */
function unusedOfSvelte() {
  const switches = /export let (hydrating|async_mode_flag|legacy_mode_flag|tracing_mode_flag) = false;/g;
  const turned = /\b(hydrating|async_mode_flag|legacy_mode_flag|tracing_mode_flag) = (true|false|value);/g;
  return {
    name: 'unused-of-svelte',
    apply: 'build',
    transform: {
      filter: { id: /svelte\/src\/internal\/(flags\/index|client\/dom\/hydration)\.js$/ },
      handler(code) {
        if (!switches.test(code)) this.error('Svelte keeps its switches elsewhere now: see unusedOfSvelte in vite.config.js.');
        return code.replace(switches, 'export const $1 = !1;').replace(turned, '').replaceAll('!1;', 'false;');
      },
    },
  };
}

const BLOG = process.env.FLASK_BLOG_URL ?? 'http://127.0.0.1:8000';

/**
 * The theme is set before the first paint by a script of its own: a module would run too late, an inline
 * script would need `unsafe-inline`.
 * @returns {import('vite').Plugin}
 */
function themeScript() {
  const source = 'src/theme-start.js';
  const code = readFileSync(new URL(source, import.meta.url));
  const hash = createHash('sha256').update(code).digest('base64url').slice(0, 8);
  const fileName = `assets/theme-${hash}.js`;
  return {
    name: 'theme-script',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: code });
    },
    transformIndexHtml: (_html, context) => [
      { tag: 'script', injectTo: 'head', attrs: { src: context.server ? `/${source}` : `/${fileName}` } },
    ],
  };
}

/**
 * Static hosts answer unknown paths with 404.html: there it is the same shell, so that every address works.
 * @returns {import('vite').Plugin}
 */
function staticHostFallback() {
  return {
    name: 'static-host-fallback',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const shell = bundle['index.html'];
      if (shell?.type === 'asset') this.emitFile({ type: 'asset', fileName: '404.html', source: shell.source });
    },
  };
}

/** Pages that make no sense without a connection. */
const ONLINE = /desk-routes|pages\/(studio\/|account\/|Account|Security|SetUp|SignIn|Join|ForgotPassword|ResetPassword|VerifyEmail)|markdown-?editor/i;

/**
 * The service worker of this build: it keeps the files that reading needs, and is another one whenever they are.
 * @returns {import('vite').Plugin}
 */
function serviceWorker() {
  const code = readFileSync(new URL('src/service-worker.js', import.meta.url), 'utf8');
  return {
    name: 'service-worker',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
      /** @type {Set<string>} */
      const files = new Set();
      /** @param {string} name */
      const add = (name) => {
        const chunk = chunks.find(({ fileName }) => fileName === name);
        if (files.has(name) || !chunk) return;
        files.add(name);
        chunk.imports.forEach(add);
        chunk.viteMetadata?.importedCss.forEach((css) => files.add(css));
      };
      for (const { fileName, facadeModuleId } of chunks) if (!ONLINE.test(facadeModuleId ?? 'markdown-editor')) add(fileName);
      const wanted = (/** @type {string} */ name) => /(serif-(roman|bold|italic|display)|sans|sans-bold|mono|theme|favicon)-[\w-]+\.(woff2|js|svg)$/.test(name);
      for (const name of Object.keys(bundle)) if (wanted(name) && !/source-serif|inter-|jetbrains/.test(name)) files.add(name);
      const list = JSON.stringify([...files].sort().map((name) => `/${name}`));
      const version = createHash('sha256').update(list + code).digest('base64url').slice(0, 12);
      const head = `const VERSION = '${version}';\nconst FILES = ${list};\n`;
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: head + code });
    },
  };
}

export default defineConfig({
  plugins: [unusedOfSvelte(), svelte(), themeScript(), staticHostFallback(), serviceWorker()],
  build: {
    target: 'es2022',
    // light-dark() and relative colours are in every browser since 2024: kept as written, half the size.
    cssTarget: ['chrome125', 'firefox128', 'safari18'],
    manifest: true,
    assetsInlineLimit: 0,
    // What a page needs besides is in the reader's file mostly: the names of everything else would weigh more than they save. A page's styles must be there with it.
    modulePreload: { polyfill: false, resolveDependencies: (_page, files) => files.filter((file) => file.endsWith('.css')) },
    reportCompressedSize: false,
    // The editor's library: loaded on demand, by authors.
    chunkSizeWarningLimit: 600,
    rolldownOptions: { treeshake: { moduleSideEffects: [runtime] }, output: { codeSplitting: { groups: chunks } } },
  },
  server: { proxy: { '/api': BLOG, '/media': BLOG, '/docs': BLOG } },
  test: { globals: true, include: ['../tests/spa/**/*.test.js'] },
});
