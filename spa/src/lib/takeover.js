// The step from the server's page to ours: mounted off-screen, swapped in one task.

/** @type {Element | null} the server's page, while ours is being mounted */
let old = null;

/**
 * A part of the server's page that a component may keep instead of making it again; only during the take-over.
 * @param {string} selector
 */
export const served = (selector) => old?.querySelector(selector) ?? null;

/** @param {ParentNode} root */
const stops = (root) => [...root.querySelectorAll('a, button, summary, input, textarea, [tabindex]')];

/**
 * Swaps the server's page for what `mount` puts into its place. What the reader sees stays, and so does the focus.
 * @param {Element} app
 * @param {(target: Element) => void} mount
 */
export function takeOver(app, mount) {
  old = app;
  const next = document.createElement('div');
  next.id = app.id;
  const focused = document.activeElement && app.contains(document.activeElement) ? stops(app).indexOf(document.activeElement) : -1;
  mount(next);
  app.replaceWith(next);
  old = null;
  const twin = stops(next)[focused];
  if (twin instanceof HTMLElement) twin.focus({ preventScroll: true });
}
