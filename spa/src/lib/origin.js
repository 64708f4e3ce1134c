/** The origin that answers /api and /media: this one, unless a static host names another in `<meta name="api-base">`. */
export const apiBase = document.querySelector('meta[name="api-base"]')?.getAttribute('content')?.replace(/\/$/, '') ?? '';

/**
 * A path of the blog's own, such as an image's, as an address that works on this host too.
 * @param {string} path
 */
export const atApi = (path) => (apiBase && path.startsWith('/') ? apiBase + path : path);
