/**
 * The API answers that came with the page, written by spa/server: `responses` maps an API path (query sorted by name) to its answer.
 * @typedef {{ url: string, site?: unknown, responses: Record<string, { status: number, body: unknown }> }} PageData
 */

/** @type {PageData | undefined} */
let embedded;

/** @returns {PageData} */
function read() {
  if (!embedded) {
    const text = document.getElementById('page-data')?.textContent;
    embedded = text ? /** @type {PageData} */ (JSON.parse(text)) : { url: '', responses: {} };
  }
  return embedded;
}

/**
 * One API path in its canonical order, so that the browser and the server name the same request alike.
 * @param {URL} url
 */
export function canonicalPath(url) {
  const query = new URLSearchParams(url.search);
  query.sort();
  const text = query.toString();
  return url.pathname + (text ? `?${text}` : '');
}

/**
 * Hands out an embedded answer once: the next request for the same path goes to the API.
 * @param {URL} url
 * @returns {{ status: number, body: unknown } | undefined}
 */
export function takeEmbedded(url) {
  const { responses } = read();
  const path = canonicalPath(url);
  const answer = responses[path];
  delete responses[path];
  return answer;
}

/** The page is taken over: whatever the server embedded and nobody asked for is forgotten. */
export function forgetEmbedded() {
  embedded = { url: '', responses: {} };
}
