// What every page of the studio begins with: its texts, and somebody signed in.
import studio from '../messages/studio.en.json' with { type: 'json' };
import { addMessages, t } from './messages.js';
import { renew } from './router.svelte.js';
import { restore } from './session.svelte.js';
import { toast } from './toasts.svelte.js';

addMessages(studio);

/** The way to the sign-in page and back again. */
function signInFirst() {
  location.replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  // The browser is leaving: nothing after this may run against a service that would refuse it.
  return new Promise(() => {});
}

/**
 * A page's `load` for those who are signed in; everybody else is taken to the sign-in page.
 * @template T
 * @param {(context: import('./routing.js').LoadContext) => Promise<T>} load
 * @returns {(context: import('./routing.js').LoadContext) => Promise<T>}
 */
export const signedIn = (load) => async (context) => {
  if (!(await restore())) await signInFirst();
  return load(context);
};

/** @param {unknown} problem */
export function reasonOf(problem) {
  const { code, message } = /** @type {import('./problem.js').Problem} */ (problem);
  return code === 'unreachable' ? t('problem.unreachable') : message;
}

/**
 * Says that something did not work; what was entered stays where it is.
 * @param {unknown} problem
 */
export function complain(problem) {
  toast(t('problem.generic', { reason: reasonOf(problem) }), { kind: 'problem' });
}

/** Brings the page up to date after a change of its data. What keeps it from that is said, and the page stays. */
export async function refresh() {
  try {
    await renew();
  } catch (problem) {
    toast(t('problem.stale', { reason: reasonOf(problem) }), { kind: 'problem' });
  }
}
