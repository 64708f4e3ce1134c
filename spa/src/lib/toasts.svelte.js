/** @typedef {{ id: number, text: string, kind: 'done' | 'problem', action?: { label: string, run: () => void } }} Toast */

const SHOWN_FOR_MS = 6000;
let last = 0;

/** @type {Toast[]} */
let items = $state.raw([]);

export const toasts = {
  get items() {
    return items;
  },
};

/** @param {number} id */
export function dismiss(id) {
  items = items.filter((toast) => toast.id !== id);
}

/**
 * Says in one sentence what happened. A problem stays until it is dismissed; the rest leaves by itself.
 * @param {string} text
 * @param {{ kind?: Toast['kind'], action?: Toast['action'] }} [options]
 */
export function toast(text, { kind = 'done', action } = {}) {
  const id = ++last;
  items = [...items, { id, text, kind, action }];
  if (kind === 'done') setTimeout(() => dismiss(id), SHOWN_FOR_MS);
}
