/** The origin that answers /api and /media: this one, unless a static host names another in `<meta name="api-base">`. */
export const apiBase = document.querySelector('meta[name="api-base"]')?.getAttribute('content')?.replace(/\/$/, '') ?? '';

/**
 * What names uploaded files of the blog's, one address or a `srcset`, as it works on this host too.
 * @param {string} addresses
 */
export const atApi = (addresses) => addresses.replaceAll('/media/', `${apiBase}/media/`);
