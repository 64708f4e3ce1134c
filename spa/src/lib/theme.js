// What a reader chooses about the look of the text; theme-start.js puts it in force before the first paint.

/** Each choice and its values; the first is the one that needs no mark. */
export const CHOICES = {
  theme: ['system', 'light', 'dark'],
  size: ['normal', 'small', 'large', 'larger'],
  font: ['serif', 'sans'],
};

/** @typedef {keyof typeof CHOICES} Choice */

/** @param {Choice} choice */
export const chosen = (choice) => document.documentElement.dataset[choice] ?? CHOICES[choice][0];

/**
 * @param {Choice} choice
 * @param {string} value
 */
export function choose(choice, value) {
  const usual = value === CHOICES[choice][0];
  if (usual) delete document.documentElement.dataset[choice];
  else document.documentElement.dataset[choice] = value;
  try {
    if (usual) localStorage.removeItem(choice);
    else localStorage.setItem(choice, value);
  } catch {
    // Forbidden storage: the choice lasts for this page.
  }
}

/**
 * The site's accent as a custom property; tokens.css derives both themes' colours from it.
 * @param {string | null | undefined} accent
 */
export function applyAccent(accent) {
  if (accent && CSS.supports('color', accent)) {
    document.documentElement.style.setProperty('--accent-setting', accent);
  }
}
