const studio = () => import('./pages/studio/StudioLayout.svelte');
const join = () => import('./pages/Join.svelte');
const writing = () => import('./pages/studio/WritingLayout.svelte');

/**
 * Every address the SPA answers. A page module exports its component and may export `load` and `title`
 * from its module script; `spa/server/pages.py` answers the reader's pages with the same text as real HTML.
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
  { path: '/setup', page: () => import('./pages/SetUp.svelte') },
  { path: '/sign-in', page: () => import('./pages/SignIn.svelte') },
  { path: '/forgot-password', page: () => import('./pages/ForgotPassword.svelte') },
  { path: '/reset-password', page: () => import('./pages/ResetPassword.svelte') },
  { path: '/register', page: join },
  { path: '/invitation', page: join },
  { path: '/verify-email', page: () => import('./pages/VerifyEmail.svelte') },
  { path: '/studio/security', page: () => import('./pages/Security.svelte'), layout: studio },
  { path: '/account', page: () => import('./pages/Account.svelte'), layout: studio },
  { path: '/studio', page: () => import('./pages/studio/Posts.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/media', page: () => import('./pages/studio/Media.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/people', page: () => import('./pages/studio/People.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/settings', page: () => import('./pages/studio/Settings.svelte'), layout: studio },
  { path: '/studio/posts/new', page: () => import('./pages/studio/Write.svelte'), layout: writing, waiting: 'article' },
  { path: '/studio/posts/:id/history', page: () => import('./pages/studio/History.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/posts/:id', page: () => import('./pages/studio/Write.svelte'), layout: writing, waiting: 'article' },
];
