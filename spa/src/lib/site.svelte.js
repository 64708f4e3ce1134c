import { ask, blog } from './api.js';
import { applyAccent } from './theme.js';

/** @typedef {import('../generated/blog').components['schemas']['Site']} Site */

/** @type {Pick<Site, 'title' | 'description' | 'language' | 'time_zone' | 'accent' | 'navigation' | 'logo' | 'footer' | 'social_links' | 'posts_per_page'>} */
let current = $state.raw({
  title: '', description: '', language: 'en', time_zone: 'UTC', accent: '', navigation: [], logo: null, footer: null, social_links: [], posts_per_page: 20,
});

/** The blog's own settings; asked once, replaced by the studio after a change. */
export const site = {
  get value() {
    return current;
  },
};

/** @param {typeof current} value the answer of getSite or updateSite */
export function setSite(value) {
  current = value;
  document.documentElement.lang = value.language;
  applyAccent(value.accent);
}

export async function loadSite() {
  setSite(await ask(blog.GET('/api/blog/v1/site', {})));
}
