// A list of links as people type it: one a line, the label first, then the address.

/** @param {{ label: string, url: string }[]} links */
export const linesOf = (links) => links.map(({ label, url }) => `${label} ${url}`).join('\n');

/**
 * The links in a text; `broken` is the number of the first line that is none, or 0.
 * @param {string} text
 */
export function linksIn(text) {
  const lines = text.split('\n').map((line) => line.trim());
  const found = lines.map((line) => /^(.+?)\s+(\S+)$/.exec(line));
  const broken = lines.findIndex((line, number) => line && !found[number]) + 1;
  return { broken, links: found.flatMap((match) => (match ? [{ label: match[1] ?? '', url: match[2] ?? '' }] : [])) };
}
