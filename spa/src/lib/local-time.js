// A time as the author's own clock shows it, in the form that a datetime-local input reads.

/** The name of the author's time zone, such as Europe/Berlin. */
export const zoneHere = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {string} timestamp RFC 3339 */
export function toLocal(timestamp) {
  const moment = new Date(timestamp);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {string} local what a datetime-local input holds */
export const fromLocal = (local) => new Date(local).toISOString();
