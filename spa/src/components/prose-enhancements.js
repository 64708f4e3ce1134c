// What a script adds to the text of a post: copying code, and footnotes beside their place on wide screens.
import { t } from '../lib/messages.js';

const COPIED_FOR_MS = 2000;
const WIDE = '(min-width: 1200px)';

/** @param {HTMLElement} text */
export function enhance(text) {
  for (const pre of text.querySelectorAll('pre')) prepareCode(pre);
  text.addEventListener('click', openBeside);
  return () => text.removeEventListener('click', openBeside);
}

/** @param {HTMLPreElement} pre */
function prepareCode(pre) {
  if (pre.parentElement?.classList.contains('code-block')) return;
  const block = document.createElement('div');
  block.className = 'code-block';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = t('code.copy');
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(pre.textContent?.replace(/\n$/, '') ?? '');
    button.textContent = t('code.copied');
    setTimeout(() => (button.textContent = t('code.copy')), COPIED_FOR_MS);
  });
  pre.replaceWith(block);
  block.append(pre, button);
}

/**
 * Opens a footnote in the margin beside its mark; where there is no margin the link does what links do.
 * @param {MouseEvent} event
 */
function openBeside(event) {
  const mark = event.target instanceof Element ? event.target.closest('.footnote-ref a') : null;
  if (!(mark instanceof HTMLAnchorElement) || !matchMedia(WIDE).matches) return;
  const text = mark.closest('.prose');
  const note = document.getElementById(decodeURIComponent(mark.hash.slice(1)));
  if (!(text instanceof HTMLElement) || !note) return;
  event.preventDefault();
  const open = text.querySelector(`[data-note="${CSS.escape(note.id)}"]`);
  if (open) return open.remove();
  const aside = document.createElement('aside');
  aside.className = 'side-note';
  aside.dataset.note = note.id;
  aside.append(...note.cloneNode(true).childNodes);
  for (const link of aside.querySelectorAll('.footnote-backref')) link.remove();
  for (const element of aside.querySelectorAll('[id]')) element.removeAttribute('id');
  aside.style.insetBlockStart = `${mark.getBoundingClientRect().top - text.getBoundingClientRect().top}px`;
  text.append(aside);
}
