// The conversation under a post: what is shown at once, and what becomes of it when the answer comes.
import { ask, blog } from './api.js';
import { forgetOwn, ownOf, ownUnder, remember } from './own-comments.js';
import { COMMENTS } from './reading.js';
import { placed, without } from './thread.js';

/**
 * @typedef {import('./thread.js').Shown} Shown
 * @typedef {import('../generated/blog').components['schemas']['Thread']} Thread
 * @typedef {import('../generated/blog').components['schemas']['CommentIn']} CommentIn
 */

const CHANGED = 412;
let count = 0;

export class Conversation {
  /** @type {Shown[]} */
  items = $state.raw([]);
  /** @type {string | null} */
  next = $state.raw(null);
  accepts = $state.raw('nobody');
  #post;

  /** @param {string} post @param {Thread} thread */
  constructor(post, thread) {
    this.#post = post;
    this.#take(thread);
  }

  /** @param {Thread} thread */
  #take({ items = [], next = null, accepts }) {
    const there = new Set(items.map(({ id }) => id));
    // What waits for approval is in no answer; whoever wrote it sees it here.
    const waiting = ownUnder(this.#post).filter(({ id, status }) => status === 'pending' && !there.has(id));
    this.items = waiting.reduce(placed, /** @type {Shown[]} */ (items));
    this.next = next;
    this.accepts = accepts;
  }

  /** @param {string} [cursor] */
  #ask(cursor) {
    const params = { path: { post_id: this.#post }, query: { limit: COMMENTS, cursor } };
    return ask(blog.GET('/api/blog/v1/posts/{post_id}/comments', { params }));
  }

  /** Asks anew: members are told what is theirs. */
  async refresh() {
    this.#take(await this.#ask());
  }

  async more() {
    const { items = [], next = null } = await this.#ask(this.next ?? undefined);
    const there = new Set(this.items.map(({ id }) => id));
    this.items = [...this.items, ...items.filter(({ id }) => !there.has(id))];
    this.next = next;
  }

  /**
   * Says something. It is shown at once, and taken away again when it was not taken.
   * @param {CommentIn} body
   * @param {Shown['author']} author
   */
  async say(body, author) {
    const now = new Date().toISOString();
    const { markdown, parent_id = null } = body;
    const waiting = /** @type {Shown} */ ({
      id: `sending-${++count}`, post_id: this.#post, parent_id, depth: 1, status: 'pending', author, html: null, markdown,
      created_at: now, edited_at: null, editable_until: now, moderation: null, version: 0, url: '', sending: true,
    });
    this.items = placed(this.items, waiting);
    const place = this.items.findIndex(({ id }) => id === waiting.id);
    try {
      const said = await ask(blog.POST('/api/blog/v1/posts/{post_id}/comments', { params: { path: { post_id: this.#post } }, body }));
      remember(said);
      this.#replace(waiting.id, { ...said, depth: this.items[place]?.depth ?? said.depth });
      return said;
    } catch (problem) {
      this.items = this.items.filter(({ id }) => id !== waiting.id);
      throw problem;
    }
  }

  /**
   * Changes what was said: the new words are shown at once, the old ones again when they were not taken.
   * @param {Shown} comment
   * @param {string} markdown
   */
  async change(comment, markdown) {
    this.#replace(comment.id, { ...comment, html: null, markdown, sending: true });
    try {
      const said = await this.#write(comment, (params) => blog.PATCH('/api/blog/v1/comments/{comment_id}', { params, body: { markdown } }));
      const own = ownOf(comment.id);
      if (own) remember({ ...own, ...said });
      this.#replace(comment.id, { ...comment, ...said, depth: comment.depth });
    } catch (problem) {
      this.#replace(comment.id, comment);
      throw problem;
    }
  }

  /** @param {Shown} comment */
  async takeBack(comment) {
    const before = this.items;
    this.items = without(before, comment.id);
    try {
      await this.#write(comment, (params) => blog.DELETE('/api/blog/v1/comments/{comment_id}', { params }));
      forgetOwn(comment.id);
    } catch (problem) {
      this.items = before;
      throw problem;
    }
  }

  /**
   * Sends a change of the version that is shown. An answer to a comment makes a new version of it, too: where its words
   * are the same, it is sent once more.
   * @template T
   * @param {Shown} comment
   * @param {(params: { path: { comment_id: string }, header: { 'If-Match': string, 'Comment-Secret'?: string } }) => Promise<{ data?: T, error?: unknown, response: Response }>} call
   */
  async #write(comment, call) {
    const secret = ownOf(comment.id)?.secret ?? undefined;
    const path = { comment_id: comment.id };
    const send = (/** @type {number} */ version) => ask(call({ path, header: { 'If-Match': `"${version}"`, 'Comment-Secret': secret } }));
    try {
      return await send(comment.version);
    } catch (problem) {
      if (/** @type {import('./problem.js').Problem} */ (problem).status !== CHANGED) throw problem;
      const now = await ask(blog.GET('/api/blog/v1/comments/{comment_id}', { params: { path } })).catch(() => null);
      if (!now || now.html !== comment.html) throw problem;
      return send(now.version);
    }
  }

  /** @param {string} id @param {Shown} comment */
  #replace(id, comment) {
    this.items = this.items.map((each) => (each.id === id ? comment : each));
  }
}

/**
 * Whether somebody here may change a comment: its writer for a quarter of an hour, moderators always.
 * @param {Shown} comment
 */
export function mayChange(comment) {
  if (comment.sending || !comment.author) return false;
  const theirs = comment.markdown !== null || ownOf(comment.id) !== undefined;
  return comment.moderation !== null || (theirs && new Date(comment.editable_until) > new Date());
}

/** @param {Shown} comment */
export const sourceOf = (comment) => comment.markdown ?? ownOf(comment.id)?.markdown ?? '';
