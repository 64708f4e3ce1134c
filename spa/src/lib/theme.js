/** @typedef {'light' | 'dark' | 'system'} Theme */

/** @returns {Theme} the reader's choice; `system` when none was made or storage is forbidden */
export function chosenTheme() {
  const theme = document.documentElement.dataset.theme;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** @param {Theme} theme */
export function chooseTheme(theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem('theme');
    else localStorage.setItem('theme', theme);
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
