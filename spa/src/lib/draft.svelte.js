// A post while it is written: saved as one types, never lost, merged when somebody else saved in between.
import { ask, askWithTag, blog } from './api.js';
import { changed, EMPTY, fieldsOf, merge, patchOf } from './draft-fields.js';
import { discard, keep, recall } from './kept.js';

const AUTOSAVE_MS = 1500;
const KEEP_MS = 300;
const RETRY_MS = 5000;
const never = setTimeout(() => {});

/** @typedef {'new' | 'saved' | 'typing' | 'unsaved' | 'saving' | 'offline' | 'failed' | 'conflict'} SaveState */

export class Draft {
  /** @type {any} the post as the service has it; null before the first save */
  post = $state.raw(null);
  /** @type {import('./draft-fields.js').Fields} */
  fields = $state({ ...EMPTY });
  /** @type {SaveState} */
  state = $state('new');
  /** @type {Date | null} */
  savedAt = $state.raw(null);
  /** @type {import('./problem.js').Problem | null} */
  problem = $state.raw(null);
  /** @type {{ theirs: any, torn: string[] } | null} */
  conflict = $state.raw(null);
  /** @type {string | null} whose changes the text was merged with last */
  mergedWith = $state.raw(null);
  restored = false;

  /** @type {import('./draft-fields.js').Fields} */
  #base = { ...EMPTY };
  /** @type {string | null} */
  #etag = null;
  /** @type {string} */
  #key = crypto.randomUUID();
  #entrusted = '';
  #keepTimer = never;
  #saveTimer = never;
  /** @type {Promise<boolean> | null} */
  #saving = null;

  /** @param {{ data: any, etag: string | null } | null} opened null for a new post */
  constructor(opened) {
    if (opened) this.took(opened.data, opened.etag);
    this.#restore();
  }

  get #id() {
    return this.post?.id ?? 'new';
  }

  /** Readers see each save of a published post, so those are saved by hand. */
  get autosaves() {
    return !this.post || ['draft', 'scheduled', 'unpublished'].includes(this.post.status);
  }

  get dirty() {
    return changed(this.#base, this.fields).length > 0;
  }

  /** What was changed here and is not saved, as a JSON Merge Patch. */
  get changes() {
    const fields = $state.snapshot(this.fields);
    return patchOf(fields, changed(this.#base, fields));
  }

  /**
   * The service has this now: whatever else stood here is forgotten.
   * @param {any} post
   * @param {string | null} etag
   */
  took(post, etag) {
    this.post = post;
    this.#etag = etag;
    this.#base = fieldsOf(post);
    this.fields = fieldsOf(post);
    this.state = 'saved';
    this.savedAt = new Date(post.updated_at);
  }

  #restore() {
    const kept = recall(this.#id);
    if (!kept || changed(this.#base, kept.fields).length === 0) return;
    this.fields = kept.fields;
    this.#key = kept.key;
    this.restored = true;
    this.touched();
  }

  /** To be called after every change of `fields`. */
  touched() {
    this.mergedWith = null;
    if (this.state !== 'conflict') this.state = this.autosaves ? 'typing' : 'unsaved';
    clearTimeout(this.#keepTimer);
    this.#keepTimer = setTimeout(() => this.#keep(), KEEP_MS);
    this.#saveLater(AUTOSAVE_MS);
  }

  /** @param {number} delay */
  #saveLater(delay) {
    clearTimeout(this.#saveTimer);
    if (this.autosaves && this.state !== 'conflict') this.#saveTimer = setTimeout(() => this.save(true), delay);
  }

  #keep() {
    if (this.dirty && JSON.stringify(this.fields) !== this.#entrusted) keep(this.#id, { fields: $state.snapshot(this.fields), version: this.post?.version ?? null, key: this.#key });
  }

  /** Nothing of what stands here need be kept on this device: the service has it, as a pending edit. */
  entrust() {
    clearTimeout(this.#keepTimer);
    this.#entrusted = JSON.stringify(this.fields);
    discard(this.#id);
  }

  /** Stops the clocks; what is unsaved stays on this device. */
  leave() {
    clearTimeout(this.#keepTimer);
    clearTimeout(this.#saveTimer);
    this.#keep();
  }

  /**
   * @param {boolean} auto whether nobody asked for it: the history keeps such saves apart
   * @returns {Promise<boolean>} whether the service now has everything
   */
  async save(auto = false) {
    clearTimeout(this.#saveTimer);
    while (this.#saving) await this.#saving;
    if (!this.dirty) return true;
    const sending = this.#send(auto).finally(() => (this.#saving = null));
    this.#saving = sending;
    return sending;
  }

  /**
   * @param {boolean} auto
   * @returns {Promise<boolean>}
   */
  async #send(auto) {
    const sent = $state.snapshot(this.fields);
    this.state = 'saving';
    try {
      const { data, etag } = await (this.post ? this.#patch(sent, auto) : this.#create(sent));
      this.#saved(sent, data, etag);
      return true;
    } catch (problem) {
      return this.#refused(/** @type {any} */ (problem), auto);
    }
  }

  /** @param {import('./draft-fields.js').Fields} sent */
  #create(sent) {
    const names = changed(EMPTY, sent);
    const body = { ...patchOf(sent, names), title: sent.title, status: /** @type {const} */ ('draft') };
    const header = { 'Idempotency-Key': this.#key };
    return askWithTag(blog.POST('/api/blog/v1/posts', { params: { header }, body }));
  }

  /**
   * @param {import('./draft-fields.js').Fields} sent
   * @param {boolean} auto
   */
  #patch(sent, auto) {
    const params = { path: { post_id: this.post.id }, header: { 'If-Match': this.#etag ?? '*' }, query: auto ? { autosave: true } : {} };
    return askWithTag(blog.PATCH('/api/blog/v1/posts/{post_id}', { params, body: patchOf(sent, changed(this.#base, sent)) }));
  }

  /**
   * @param {import('./draft-fields.js').Fields} sent
   * @param {any} post
   * @param {string | null} etag
   */
  #saved(sent, post, etag) {
    const typed = changed(sent, this.fields);
    const newer = $state.snapshot(this.fields);
    discard(this.#id);
    this.took(post, etag);
    for (const name of typed) Object.assign(this.fields, { [name]: newer[name] });
    this.problem = null;
    if (typed.length) this.touched();
  }

  /**
   * @param {import('./problem.js').Problem} problem
   * @param {boolean} auto
   * @returns {Promise<boolean>}
   */
  async #refused(problem, auto) {
    this.problem = problem;
    this.#keep();
    if (problem.status === 412) return this.#reconcile(problem, auto);
    const away = problem.status === 0 || problem.status === 503 || problem.status === 429;
    this.state = away ? 'offline' : 'failed';
    if (away) this.#saveLater(RETRY_MS);
    return false;
  }

  /**
   * Makes one of two: what this editor began with is the base, what the service has now is the other side.
   * @param {import('./problem.js').Problem} problem
   * @param {boolean} auto
   * @returns {Promise<boolean>}
   */
  async #reconcile(problem, auto) {
    const params = { path: { post_id: this.post.id } };
    const { data: theirs, etag } = await askWithTag(blog.GET('/api/blog/v1/posts/{post_id}', { params }));
    const { merged, torn } = merge(this.#base, $state.snapshot(this.fields), fieldsOf(theirs));
    const changedThere = changed(this.#base, fieldsOf(theirs)).length > 0;
    this.post = theirs;
    this.#etag = etag;
    this.#base = fieldsOf(theirs);
    this.fields = merged;
    if (torn.length) {
      this.conflict = { theirs, torn };
      this.state = 'conflict';
      return false;
    }
    const done = await this.#send(auto);
    if (done && changedThere) this.mergedWith = await this.#editorOf(problem.body.current_revision);
    return done;
  }

  /**
   * The name of who made a revision; none when it cannot be told, which is no reason to trouble anybody.
   * @param {unknown} number
   */
  async #editorOf(number) {
    try {
      const path = { post_id: this.post.id, number: Number(number) };
      return (await ask(blog.GET('/api/blog/v1/posts/{post_id}/revisions/{number}', { params: { path } }))).saved_by?.name ?? null;
    } catch {
      return null;
    }
  }

  /** @param {'mine' | 'theirs'} side */
  resolve(side) {
    if (side === 'theirs') {
      discard(this.#id);
      this.fields = { ...this.#base };
    }
    this.conflict = null;
    this.state = 'saved';
    return this.save();
  }

  /**
   * Publishes, now or at a time, after saving.
   * @param {string | null} at RFC 3339
   */
  async publish(at) {
    if (!(await this.save())) return false;
    const params = { path: { post_id: this.post.id }, header: { 'If-Match': this.#etag ?? '*' } };
    const { data, etag } = await askWithTag(blog.POST('/api/blog/v1/posts/{post_id}/publish', { params, body: at ? { published_at: at } : {} }));
    this.took(data, etag);
    return true;
  }

  /** A scheduled post is a draft again. */
  async callOff() {
    const params = { path: { post_id: this.post.id }, header: { 'If-Match': this.#etag ?? '*' } };
    const { data, etag } = await askWithTag(blog.DELETE('/api/blog/v1/posts/{post_id}/schedule', { params }));
    this.took(data, etag);
  }

  async unpublish() {
    const params = { path: { post_id: this.post.id }, header: { 'If-Match': this.#etag ?? '*' } };
    const { data, etag } = await askWithTag(blog.POST('/api/blog/v1/posts/{post_id}/unpublish', { params }));
    this.took(data, etag);
  }

  /** Moves the post to the trash. */
  async trash() {
    const params = { path: { post_id: this.post.id }, header: { 'If-Match': this.#etag ?? '*' } };
    await ask(blog.DELETE('/api/blog/v1/posts/{post_id}', { params }));
    discard(this.#id);
  }
}

/**
 * Takes a post out of the trash.
 * @param {string} id
 */
export async function restore(id) {
  const path = { post_id: id };
  const { etag } = await askWithTag(blog.GET('/api/blog/v1/posts/{post_id}', { params: { path } }));
  await ask(blog.POST('/api/blog/v1/posts/{post_id}/restore', { params: { path, header: { 'If-Match': etag ?? '*' } } }));
}
