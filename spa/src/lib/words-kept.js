// What is being written stays in this tab until it is sent: a reload or a way back loses nothing.

/** @param {string} place */
export function recallWords(place) {
  try {
    return sessionStorage.getItem(`say:${place}`) ?? '';
  } catch {
    return '';
  }
}

/**
 * @param {string} place
 * @param {string} words nothing forgets them
 */
export function keepWords(place, words) {
  try {
    if (words) sessionStorage.setItem(`say:${place}`, words);
    else sessionStorage.removeItem(`say:${place}`);
  } catch {
    // A tab without storage keeps them in the field alone.
  }
}
