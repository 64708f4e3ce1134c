// Formulas as MathML, which browsers set and read out themselves. Loaded by posts that have any: Temml is larger than all else together.
import temml from 'temml';
import 'temml/dist/Temml-Local.css';

// A macro that calls itself, and a rule as wide as a city, end here.
const BOUNDS = { maxExpand: 500, maxSize: /** @type {[number, number]} */ ([40, 40]) };

/** A formula wider than the text scrolls by itself, by keyboard too. @param {Element} place */
function scrollable(place) {
  place.classList.add('wide');
  place.setAttribute('tabindex', '0');
}

/** @param {HTMLElement} text */
export function enhance(text) {
  for (const place of text.querySelectorAll('.math')) {
    const source = place.textContent ?? '';
    const shown = document.createElement('span');
    try {
      temml.render(source, shown, { ...BOUNDS, displayMode: place.classList.contains('display'), throwOnError: true });
      place.replaceChildren(...shown.childNodes);
      if ((place.firstElementChild?.getBoundingClientRect().width ?? 0) > text.clientWidth) scrollable(place);
    } catch {
      // What cannot be read as a formula is read as it was written.
    }
  }
  return () => {};
}
