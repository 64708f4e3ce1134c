import { flushSync, mount } from 'svelte';
import App from './App.svelte';
import { speak } from './lib/messages.js';
import { forgetEmbedded } from './lib/page-data.js';
import { start } from './lib/router.svelte.js';
import { loadSite, site } from './lib/site.svelte.js';
import { takeOver } from './lib/takeover.js';
import { routes } from './routes.js';
import './styles/index.css';

/** @param {string} title */
function setTitle(title) {
  document.title = title && title !== site.value.title ? `${title} · ${site.value.title}` : site.value.title;
}

const app = /** @type {Element} */ (document.getElementById('app'));
// Lists are as long as the site says, so it comes first; as a rule it is in the page.
await loadSite().then(() => speak(site.value.language), () => {});
const first = await start(routes, (_view, title) => setTitle(title));
takeOver(app, (target) => {
  mount(App, { target });
  flushSync();
});
if (!first.view.problem) setTitle(first.title);
forgetEmbedded();

// After everything that the reader waits for: what most go to next, and reading without a connection.
const idle = window.requestIdleCallback ?? setTimeout;
idle(() => {
  for (const { page } of routes.slice(0, 2)) page?.().catch(() => {});
  if ('serviceWorker' in navigator) import('./lib/offline.js').then(({ startKeeping }) => startKeeping(), () => {});
});
