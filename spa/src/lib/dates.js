import { t } from './messages.js';

const DAY = 86_400_000;

/**
 * The wall clock of a moment in a time zone; UTC when the browser does not know the zone.
 * @param {Date} moment
 * @param {string} zone an IANA name
 */
function wallClock(moment, zone) {
  /** @type {Intl.DateTimeFormatOptions} */
  const digits = {
    year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  };
  let format;
  try {
    format = new Intl.DateTimeFormat('en', { ...digits, timeZone: zone });
  } catch {
    format = new Intl.DateTimeFormat('en', { ...digits, timeZone: 'UTC' });
  }
  const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return { year: Number(part.year), month: Number(part.month), day: Number(part.day), time: `${part.hour}:${part.minute}` };
}

/**
 * The year of a moment in the site's time zone: the list's margin shows it when it changes.
 * @param {string} timestamp RFC 3339
 * @param {string} zone
 */
export const yearOf = (timestamp, zone) => wallClock(new Date(timestamp), zone).year;

/**
 * A date as the reader meets it: relative for a week, then absolute. `spa/server/dates.py` says the same words.
 * @param {string} timestamp RFC 3339
 * @param {{ zone?: string, now?: Date, short?: boolean }} [where] the site's time zone, the present; `short` leaves the year to its surroundings
 * @returns {{ text: string, full: string }} the words, and the full time for the tooltip
 */
export function describe(timestamp, { zone = 'UTC', now = new Date(), short = false } = {}) {
  const then = wallClock(new Date(timestamp), zone);
  const today = wallClock(now, zone);
  const month = t('date.months').split(' ')[then.month - 1] ?? '';
  const full = t('date.full', { ...then, month, zone });
  const days = Math.round((Date.UTC(today.year, today.month - 1, today.day) - Date.UTC(then.year, then.month - 1, then.day)) / DAY);
  if (days === 0) return { text: t('date.today'), full };
  if (days === 1) return { text: t('date.yesterday'), full };
  if (days > 1 && days < 7) return { text: t('date.days_ago', { count: days }), full };
  return { text: t(short ? 'date.short' : 'date.long', { ...then, month }), full };
}
