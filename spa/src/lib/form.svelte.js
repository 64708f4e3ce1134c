import { reasonOf } from './studio.js';

/**
 * A form that is sent: whether it is on its way, and what was wrong with it. What was entered stays where it is.
 * @param {() => Promise<unknown>} send
 */
export function form(send) {
  let busy = $state(false);
  let done = $state(false);
  /** @type {any} */
  let problem = $state.raw(null);
  return {
    get busy() {
      return busy;
    },
    get done() {
      return done;
    },
    /** The stable code of the refusal, or nothing. */
    get code() {
      return problem?.code ?? '';
    },
    /** What is wrong with the form as a whole; what is wrong with a field stands beside it. */
    get reason() {
      return problem && !problem.errors?.length ? reasonOf(problem) : '';
    },
    /** @param {string} field */
    about: (field) => problem?.about?.(field) ?? '',
    /** What is wrong inside a field that holds a list. @param {string} field */
    under: (field) => problem?.errors?.find((/** @type {{ pointer?: string }} */ { pointer }) => `${pointer}/`.startsWith(`/${field}/`))?.detail ?? '',
    /** @param {Event} event */
    async submit(event) {
      event.preventDefault();
      busy = true;
      problem = null;
      try {
        await send();
        done = true;
      } catch (refusal) {
        problem = refusal;
      } finally {
        busy = false;
      }
    },
  };
}
