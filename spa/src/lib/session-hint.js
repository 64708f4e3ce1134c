// A mark on this device that somebody signed in: without it nobody is asked, and readers cost no request.
const HINT = 'signed-in';

/** @returns {boolean} whether this browser signed in before; only then is the refresh cookie tried */
export function mayBeSignedIn() {
  try {
    return localStorage.getItem(HINT) !== null;
  } catch {
    return true;
  }
}

/** @param {boolean} signedIn */
export function leaveHint(signedIn) {
  try {
    if (signedIn) localStorage.setItem(HINT, '1');
    else localStorage.removeItem(HINT);
  } catch {
    // Forbidden storage: the cookie is tried instead.
  }
}
