/**
 * Hands a file to whoever sits before the browser.
 * @param {string} text
 * @param {string} type its media type
 * @param {string} name
 */
export function saveFile(text, type, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
