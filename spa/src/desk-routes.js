const studio = () => import('./pages/studio/StudioLayout.svelte');
const join = () => import('./pages/Join.svelte');
const writing = () => import('./pages/studio/WritingLayout.svelte');

/**
 * The doors and the studio: every address for those who have an account, are about to, or hold a preview link.
 * @type {import('./lib/routing.js').Route[]}
 */
export const routes = [
  { path: '/setup', page: () => import('./pages/SetUp.svelte') },
  { path: '/sign-in', page: () => import('./pages/SignIn.svelte') },
  { path: '/forgot-password', page: () => import('./pages/ForgotPassword.svelte') },
  { path: '/reset-password', page: () => import('./pages/ResetPassword.svelte') },
  { path: '/register', page: join },
  { path: '/invitation', page: join },
  { path: '/preview/:token', page: () => import('./pages/PreviewLink.svelte'), waiting: 'article' },
  { path: '/verify-email', page: () => import('./pages/VerifyEmail.svelte') },
  { path: '/studio/security', page: () => import('./pages/Security.svelte'), layout: studio },
  { path: '/account', page: () => import('./pages/Account.svelte'), layout: studio },
  { path: '/studio', page: () => import('./pages/studio/Posts.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/comments', page: () => import('./pages/studio/Moderation.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/media', page: () => import('./pages/studio/Media.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/tags', page: () => import('./pages/studio/Tags.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/series', page: () => import('./pages/studio/SeriesList.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/series/:slug', page: () => import('./pages/studio/SeriesEdit.svelte'), layout: studio },
  { path: '/studio/people', page: () => import('./pages/studio/People.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/settings', page: () => import('./pages/studio/Settings.svelte'), layout: studio },
  { path: '/studio/posts/new', page: () => import('./pages/studio/Write.svelte'), layout: writing, waiting: 'article' },
  { path: '/studio/posts/:id/history', page: () => import('./pages/studio/History.svelte'), layout: studio, waiting: 'list' },
  { path: '/studio/posts/:id', page: () => import('./pages/studio/Write.svelte'), layout: writing, waiting: 'article' },
];
