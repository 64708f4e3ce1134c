import { ask, blog } from './api.js';

/**
 * Stores an image; the same bytes are stored once.
 * @param {File} file
 * @returns {Promise<any>} the medium
 */
export function upload(file) {
  return ask(
    blog.POST('/api/blog/v1/media', {
      params: { header: { 'Idempotency-Key': crypto.randomUUID() } },
      body: /** @type {any} */ ({ file }),
      bodySerializer: ({ file: part }) => {
        const form = new FormData();
        form.append('file', /** @type {any} */ (part), file.name);
        return form;
      },
    }),
  );
}

/**
 * @param {{ url: string, alt: string | null }} medium
 * @returns {string} the image in Markdown
 */
export const imageMarkdown = ({ url, alt }) => `![${(alt ?? '').replace(/[[\]]/g, '\\$&')}](${url})`;
