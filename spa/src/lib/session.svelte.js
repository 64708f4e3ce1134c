import { ask, useAccess, users } from './api.js';
import { leaveHint, mayBeSignedIn } from './session-hint.js';

/**
 * Who is signed in. `unknown` until somebody asked: readers cost no request.
 * @type {{ state: 'unknown' | 'in' | 'out', account: any }}
 */
export const session = $state({ state: 'unknown', account: null });

/** @type {Promise<boolean> | null} */
let renewal = null;

/**
 * Takes over the answer of createSession, refreshSession or createOwner.
 * @param {any} answer
 */
export function begin(answer) {
  useAccess(answer.access_token, renew);
  session.account = answer.account;
  session.state = 'in';
  leaveHint(true);
}

/** Forgets the session on this device; `signOut` also ends it at the service. */
export function forget() {
  useAccess(null, null);
  session.account = null;
  session.state = 'out';
  leaveHint(false);
}

/**
 * A new access token by the refresh cookie. Requests that fail at the same time share one renewal.
 * @returns {Promise<boolean>} false when the session is over
 */
export function renew() {
  renewal ??= ask(users.POST('/api/users/v1/sessions/refresh', {}))
    .then((answer) => (begin(answer), true))
    .catch((problem) => {
      // Away is not signed out: only the service's own no ends the session here.
      if (problem.status === 401) forget();
      else if (session.state === 'unknown') session.state = 'out';
      return false;
    })
    .finally(() => (renewal = null));
  return renewal;
}

/** @returns {Promise<boolean>} whether somebody is signed in, after asking the service if this browser may know */
export async function restore() {
  if (session.state !== 'unknown') return session.state === 'in';
  if (mayBeSignedIn()) return renew();
  session.state = 'out';
  return false;
}

/**
 * @param {string} identifier user name or e-mail address
 * @param {string} password
 */
export async function signIn(identifier, password) {
  begin(await ask(users.POST('/api/users/v1/sessions', { body: { identifier, password } })));
}

/**
 * The second half of signing in to an account with a second factor.
 * @param {string} challenge what the first half was refused with
 * @param {string} code the app's, or a recovery code
 */
export async function answerChallenge(challenge, code) {
  begin(await ask(users.POST('/api/users/v1/sessions/second-factor', { body: { challenge, code } })));
}

export async function signOut() {
  await ask(users.DELETE('/api/users/v1/sessions/current', {}));
  forget();
}
