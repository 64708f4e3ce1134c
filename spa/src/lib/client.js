// What of openapi-fetch these pages use, behind its own types: the whole of it is 2 kB of a reader's first 30 (spa/README.md).

const METHODS = /** @type {const} */ (['GET', 'PUT', 'POST', 'PATCH', 'DELETE']);

/**
 * An address with its parameters filled in; a list is written `fields=a,b`, what is absent is left out.
 * @param {string} path
 * @param {{ path?: Record<string, unknown>, query?: Record<string, unknown> }} params
 */
function addressOf(path, { path: names = {}, query = {} }) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  // In the order of names, as the server writes it: one answer has one address, wherever it is kept.
  const asked = String(new URLSearchParams(given.map(([name, value]) => [name, String(value)]).sort()));
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(names[name])));
  return asked ? `${filled}?${asked}` : filled;
}

/**
 * A client of one contract, as openapi-fetch makes it: `client.GET('/path/{id}', { params, body, signal })`.
 * @template {{}} Paths
 * @param {string} base
 * @param {(request: Request) => Promise<Response>} send
 * @param {RequestCredentials} credentials
 * @returns {Pick<import('openapi-fetch').Client<Paths>, typeof METHODS[number]>}
 */
export function clientOf(base, send, credentials) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {any} options
   */
  async function call(method, path, { params = {}, body, signal, bodySerializer = JSON.stringify }) {
    const sent = body === undefined ? undefined : bodySerializer(body);
    const given = Object.entries(params.header ?? {}).filter(([, value]) => value !== undefined);
    const headers = /** @type {[string, string][]} */ (given);
    if (typeof sent === 'string') headers.push(['Content-Type', 'application/json']);
    const response = await send(new Request(base + addressOf(path, params), { method, headers, body: sent, signal, credentials }));
    const answer = response.status === 204 ? undefined : await response.json().catch(() => undefined);
    return response.ok ? { data: answer, response } : { error: answer, response };
  }
  const calls = METHODS.map((method) => [method, (/** @type {string} */ path, options = {}) => call(method, path, options)]);
  return Object.fromEntries(calls);
}
