const HOME = '/studio';

/**
 * Where to go after signing in: an address of this site, whatever the query says. It is whole, since a path alone may
 * begin with two slashes (that of `/.//else.example.com` does), which a browser takes for the name of another site.
 * @param {URLSearchParams} query
 * @param {string} origin
 */
export function destination(query, origin) {
  try {
    const next = new URL(query.get('next') || HOME, origin);
    if (next.origin === origin) return origin + next.pathname + next.search;
  } catch {
    // no address at all
  }
  return origin + HOME;
}
