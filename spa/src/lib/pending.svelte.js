// What a published post will say: the unsaved changes of a draft, kept by the service until they are published.
import { askWithTag, blog } from './api.js';
import { fieldsOf, fieldsOfRevision, merge, patched } from './draft-fields.js';

/** @typedef {import('../generated/blog').components['schemas']['PendingEdit']} Edit */

/**
 * A post's pending edit with its ETag, and the revision it began with when the post was saved since; null when there is none.
 * @param {any} post
 * @param {AbortSignal} signal
 */
export async function openPending(post, signal) {
  if (!post.pending_edit) return null;
  const path = { post_id: post.id };
  const opened = await askWithTag(blog.GET('/api/blog/v1/posts/{post_id}/pending', { params: { path }, signal }));
  const number = opened.data.outdated ? opened.data.base_revision : null;
  if (!number) return { ...opened, base: null };
  const revision = await askWithTag(blog.GET('/api/blog/v1/posts/{post_id}/revisions/{number}', { params: { path: { ...path, number } }, signal }));
  return { ...opened, base: revision.data };
}

export class Pending {
  /** @type {Edit | null} */
  edit = $state.raw(null);
  /** @type {string[]} what was changed here and in the post itself, differently */
  torn = $state.raw([]);

  /** @type {import('./draft.svelte.js').Draft} */
  #draft;
  /** @type {string | null} */
  #etag = null;

  /**
   * @param {import('./draft.svelte.js').Draft} draft
   * @param {Awaited<ReturnType<typeof openPending>>} opened
   */
  constructor(draft, opened) {
    this.#draft = draft;
    if (!opened) return;
    this.edit = opened.data;
    this.#etag = opened.etag;
    if (!draft.restored) this.#show(opened.data, opened.base);
  }

  /**
   * @param {Edit} edit
   * @param {any} base
   */
  #show(edit, base) {
    const now = fieldsOf(this.#draft.post);
    if (base) {
      const began = fieldsOfRevision(base, now);
      const { merged, torn } = merge(began, patched(began, edit.changes), now);
      this.#draft.fields = merged;
      this.torn = torn;
    } else {
      this.#draft.fields = patched(now, edit.changes);
    }
    this.#draft.state = 'unsaved';
  }

  get #params() {
    return { path: { post_id: this.#draft.post.id }, header: { 'If-Match': this.#etag ?? '*' } };
  }

  /** @param {{ data: Edit, etag: string | null }} answer */
  #took({ data, etag }) {
    this.edit = data;
    this.#etag = etag;
  }

  /** Lets the service keep what was changed here, unseen by readers. It was merged with what the post says now. */
  async keep() {
    const { changes, post } = this.#draft;
    const path = '/api/blog/v1/posts/{post_id}/pending';
    const current = this.edit?.current_revision;
    const body = { changes, ...(current ? { base_revision: current } : {}) };
    this.#took(await askWithTag(this.edit
      ? blog.PUT(path, { params: this.#params, body })
      : blog.POST(path, { params: { path: { post_id: post.id } }, body })));
    this.torn = [];
    this.#draft.entrust();
  }

  /** @param {string} at RFC 3339 */
  async schedule(at) {
    await this.keep();
    const body = { publish_at: at };
    this.#took(await askWithTag(blog.POST('/api/blog/v1/posts/{post_id}/pending/schedule', { params: this.#params, body })));
  }

  async callOff() {
    this.#took(await askWithTag(blog.DELETE('/api/blog/v1/posts/{post_id}/pending/schedule', { params: this.#params })));
  }

  async publish() {
    await this.keep();
    const { data, etag } = await askWithTag(blog.POST('/api/blog/v1/posts/{post_id}/pending/publish', { params: this.#params }));
    this.edit = null;
    this.#draft.took(data, etag);
  }

  /** Readers' version is what stands here again. */
  async discard() {
    if (this.edit) await askWithTag(blog.DELETE('/api/blog/v1/posts/{post_id}/pending', { params: this.#params }));
    this.edit = null;
    this.torn = [];
    this.#draft.entrust();
    const { data, etag } = await askWithTag(blog.GET('/api/blog/v1/posts/{post_id}', { params: { path: { post_id: this.#draft.post.id } } }));
    this.#draft.took(data, etag);
  }
}
