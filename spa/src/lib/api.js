// The only file that fetches. Readers' requests go out plain; once somebody is signed in, they carry the access token.
import { clientOf } from './client.js';
import { apiBase } from './origin.js';
import { takeEmbedded } from './page-data.js';
import { Problem } from './problem.js';

const REFRESH = '/api/users/v1/sessions/refresh';

/** @type {string | null} in memory only: no script of another page, no disk ever sees it */
let accessToken = null;
/** @type {(() => Promise<boolean>) | null} set by lib/session.svelte.js while somebody is signed in */
let renewSession = null;

/**
 * @param {string | null} token
 * @param {(() => Promise<boolean>) | null} renew gets a new token by the refresh cookie; false when the session is over
 */
export function useAccess(token, renew) {
  accessToken = token;
  renewSession = renew;
}

/** @param {Request} request */
async function send(request) {
  if (accessToken) request.headers.set('Authorization', `Bearer ${accessToken}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, { code: 'unreachable', title: 'No answer' });
  }
}

/** @param {Request} request */
async function answer(request) {
  const known = request.method === 'GET' && !accessToken && takeEmbedded(new URL(request.url));
  if (known) return Response.json(known.body, { status: known.status });
  const again = renewSession && !request.url.endsWith(REFRESH) ? request.clone() : null;
  const response = await send(request);
  if (response.status === 401 && again && (await renewSession?.())) return send(again);
  return response;
}

/** @param {Request} request */
async function onlyJson(request) {
  const response = await answer(request);
  // A proxy's HTML error page must not surface as a syntax error.
  if (response.status !== 204 && !response.headers.get('Content-Type')?.includes('json')) {
    throw new Problem(response.status, { code: 'unreadable', title: 'Unreadable answer' });
  }
  return response;
}

const base = apiBase || location.origin;

/** The Blog Service. @type {ReturnType<typeof clientOf<import('../generated/blog').paths>>} */
export const blog = clientOf(base, onlyJson, 'same-origin');
/** The User Service. @type {ReturnType<typeof clientOf<import('../generated/users').paths>>} */
export const users = clientOf(base, onlyJson, apiBase ? 'include' : 'same-origin');

/**
 * The body of a successful answer; everything else is thrown as a Problem.
 * @template T
 * @param {Promise<{ data?: T, error?: unknown, response: Response }>} call
 * @returns {Promise<T>}
 */
export const ask = async (call) => (await askWithTag(call)).data;

/**
 * As `ask`, with the ETag that a later change must name in `If-Match`.
 * @template T
 * @param {Promise<{ data?: T, error?: unknown, response: Response }>} call
 * @returns {Promise<{ data: T, etag: string | null }>}
 */
export async function askWithTag(call) {
  const { data, error, response } = await call;
  if (!response.ok) throw new Problem(response.status, /** @type {Record<string, unknown>} */ (error ?? {}));
  return { data: /** @type {T} */ (data), etag: response.headers.get('ETag') };
}
