/**
 * One line of the route table. A page's `address` is its path by rights: an old slug is shown under the new one.
 * `routes` leads to a table of its own that is loaded when it is needed.
 * A path's `:name` matches one segment, a final `*` the rest.
 * @typedef {{
 *   load?: (context: LoadContext) => Promise<any>,
 *   title?: (data: any) => string,
 *   address?: (data: any) => string,
 *   default: import('svelte').Component<any>,
 * }} PageModule
 * @typedef {{ params: Record<string, string>, query: URLSearchParams, signal: AbortSignal }} LoadContext
 * @typedef {{
 *   path: string,
 *   page?: () => Promise<PageModule>,
 *   routes?: () => Promise<{ routes: Route[] }>,
 *   layout?: () => Promise<{ default: import('svelte').Component<any> }>,
 *   waiting?: 'list' | 'article' | 'plain',
 * }} Route
 */

/** @param {string} path */
function compile(path) {
  /** @type {string[]} */
  const names = [];
  const pattern = path
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:(\w+)/g, (_, name) => (names.push(name), '([^/]+)'))
    .replace(/\/\*$/, () => (names.push('rest'), '(?:/(.*))?'));
  return { names, pattern: new RegExp(`^${pattern === '/' ? '/' : `${pattern}/?`}$`) };
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The first route that matches wins.
 * @param {Route[]} routes
 * @returns {(pathname: string) => { route: Route, params: Record<string, string> } | null}
 */
export function matcher(routes) {
  const table = routes.map((route) => ({ route, ...compile(route.path) }));
  return (pathname) => {
    for (const { route, names, pattern } of table) {
      const found = pattern.exec(pathname);
      if (found) return { route, params: Object.fromEntries(names.map((name, i) => [name, decode(found[i + 1] ?? '')])) };
    }
    return null;
  };
}
