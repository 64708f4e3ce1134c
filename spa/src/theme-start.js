// Runs before the first paint, so that what a reader chose never flashes. Without a choice the system decides (CSS alone).
// eslint-free on purpose: a classic script, parsed once, no imports.
try {
  /** @type {Record<string, RegExp>} */
  var known = { theme: /^(light|dark)$/, size: /^(small|larger?)$/, font: /^sans$/ };
  for (var choice in known) {
    var value = localStorage.getItem(choice);
    if (value && known[choice].test(value)) document.documentElement.dataset[choice] = value;
  }
} catch (blocked) {
  // Storage can be forbidden: the system's theme is right then.
}
