const desk = () => import('./desk-routes.js');
const DOORS = ['/account', '/forgot-password', '/invitation', '/preview/*', '/register', '/reset-password', '/setup', '/sign-in', '/verify-email'];

/**
 * Every address the SPA answers. A page module exports its component and may export `load` and `title`
 * from its module script; `spa/server/pages.py` answers the reader's pages with the same text as real HTML.
 * What readers do not come for by themselves is in a table of its own, so that they do not load the names of its files.
 * @type {import('./lib/routing.js').Route[]}
 */
export const routes = [
  { path: '/', page: () => import('./pages/Home.svelte'), waiting: 'list' },
  { path: '/posts/:slug', page: () => import('./pages/Post.svelte'), waiting: 'article' },
  { path: '/pages/:slug', page: () => import('./pages/Post.svelte'), waiting: 'article' },
  { path: '/tags/:slug', page: () => import('./pages/Tag.svelte'), waiting: 'list' },
  { path: '/authors/:username', page: () => import('./pages/Author.svelte'), waiting: 'list' },
  { path: '/series/:slug', page: () => import('./pages/Series.svelte'), waiting: 'list' },
  { path: '/archive', page: () => import('./pages/Archive.svelte'), waiting: 'list' },
  { path: '/archive/:year', page: () => import('./pages/Archive.svelte'), waiting: 'list' },
  { path: '/archive/:year/:month', page: () => import('./pages/Archive.svelte'), waiting: 'list' },
  { path: '/search', page: () => import('./pages/Search.svelte'), waiting: 'list' },
  { path: '/reading', page: () => import('./pages/Reading.svelte') },
  ...[...DOORS, '/studio/*'].map((path) => ({ path, routes: desk })),
];
