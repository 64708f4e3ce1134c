// CodeMirror, loaded on demand. It lives in a shadow root: there it may bring its styles under our Content-Security-Policy.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { markdown, markdownLanguage } from '@codemirror/lang-markdown';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const look = EditorView.theme({
  '&': { color: 'var(--ink)', fontSize: 'inherit' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--prose)', lineHeight: '1.6', overflow: 'visible' },
  '.cm-content': { padding: '0', caretColor: 'var(--accent)', minHeight: '50vh' },
  '.cm-line': { padding: '0' },
  '.cm-placeholder': { color: 'var(--ink-2)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
});

const marks = HighlightStyle.define([
  { tag: tags.heading, fontWeight: '600' },
  { tag: tags.strong, fontWeight: '650' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: [tags.monospace, tags.meta], fontFamily: 'var(--code)', fontSize: '0.88em' },
  { tag: [tags.processingInstruction, tags.url], color: 'var(--ink-2)' },
  { tag: tags.link, color: 'var(--accent)' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
]);

/**
 * @typedef {{ text: string, label: string, hint: string, onchange: (text: string) => void, onfiles: (files: File[]) => void }} Setting
 */

/** @param {DataTransfer | null} transfer */
const imagesIn = (transfer) => [...(transfer?.files ?? [])].filter((file) => file.type.startsWith('image/'));

/** @param {(files: File[]) => void} onfiles */
const takesImages = (onfiles) => {
  /** @param {DataTransfer | null} transfer @param {Event} event */
  const take = (transfer, event) => {
    const files = imagesIn(transfer);
    if (!files.length) return false;
    event.preventDefault();
    onfiles(files);
    return true;
  };
  return EditorView.domEventHandlers({
    paste: (event) => take(event.clipboardData, event),
    drop: (event) => take(event.dataTransfer, event),
  });
};

/**
 * @param {HTMLElement} host
 * @param {Setting} setting
 */
export function openEditor(host, { text, label, hint, onchange, onfiles }) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        history(),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        markdown({ base: markdownLanguage }),
        syntaxHighlighting(marks),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'true', autocapitalize: 'sentences' }),
        placeholder(hint),
        look,
        takesImages(onfiles),
        EditorView.updateListener.of((update) => update.docChanged && onchange(update.state.doc.toString())),
      ],
    }),
  });
  return {
    /** @param {string} replacement when it is not what the editor holds: text that came from elsewhere */
    setText(replacement) {
      if (replacement !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: replacement } });
    },
    /** @param {string} insert */
    insert(insert) {
      view.dispatch(view.state.replaceSelection(insert));
    },
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}
