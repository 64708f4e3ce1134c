const BROWSERS = /** @type {const} */ ([
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/(OPR|Opera)\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/Version\/[\d.]+.*Safari\//, 'Safari'],
]);
const SYSTEMS = /** @type {const} */ ([
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux|X11/, 'Linux'],
]);

/**
 * @param {readonly (readonly [RegExp, string])[]} known
 * @param {string} text
 */
const named = (known, text) => known.find(([shape]) => shape.test(text))?.[1] ?? '';

/**
 * What people call a browser and its system, from what it calls itself. A program has a name of its own; what says
 * nothing has none.
 * @param {string | null} userAgent
 * @returns {{ browser: string, system: string }}
 */
export function deviceOf(userAgent) {
  const text = userAgent ?? '';
  const browser = named(BROWSERS, text) || (text.startsWith('Mozilla/') ? '' : text.split(/[\s/(]/, 1)[0]);
  return { browser, system: named(SYSTEMS, text) };
}
