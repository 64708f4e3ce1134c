// An author's day through clients whose types are generated from the contracts: node author-day.js URL NAME PASSWORD
import createClient from 'openapi-fetch';
import type { paths as Blog } from './blog.js';
import type { paths as Users } from './users.js';

declare const process: { argv: string[] };
const [url, identifier, password] = process.argv.slice(2) as [string, string, string];
const SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';

function demand(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

const users = createClient<Users>({ baseUrl: url });
const session = await users.POST('/api/users/v1/sessions', { body: { identifier, password } });
demand(session.data?.access_token, 'signed in');

const anybody = createClient<Blog>({ baseUrl: url });
const headers = { Authorization: `Bearer ${session.data.access_token}` };
const me = createClient<Blog>({ baseUrl: url, headers });

const draft = await me.POST('/api/blog/v1/posts', {
  params: { header: { 'Idempotency-Key': 'a-typed-day' } },
  body: { title: 'A typed day', markdown: 'Words *with* weight.', tags: ['Typed days'] },
});
demand(draft.data?.id && draft.response.status === 201, 'drafted');
const path = { post_id: draft.data.id };
const hidden = await anybody.GET('/api/blog/v1/posts/{post_id}', { params: { path } });
demand(hidden.error?.code === 'not_found', 'a draft is nobody else’s business');

const upload = await me.POST('/api/blog/v1/media', {
  body: { file: SQUARE, alt: 'A square' },
  bodySerializer({ alt }) {
    const form = new FormData();
    form.append('file', new Blob([SQUARE], { type: 'image/svg+xml' }), 'square.svg');
    form.append('alt', alt ?? '');
    return form;
  },
});
demand(upload.data?.url, 'uploaded');

const changed = await me.PATCH('/api/blog/v1/posts/{post_id}', {
  params: { path, header: { 'If-Match': '"1"' } },
  body: { markdown: `![A square](${upload.data.url})`, cover_id: upload.data.id ?? null },
});
demand(changed.data?.version === 2, 'changed');
const late = await me.PATCH('/api/blog/v1/posts/{post_id}', {
  params: { path, header: { 'If-Match': '"1"' } },
  body: { title: 'Too late' },
});
demand(late.error?.code === 'version_mismatch' && late.error.version === 2, 'nobody is overwritten');

const published = await me.POST('/api/blog/v1/posts/{post_id}/publish', {
  params: { path, header: { 'If-Match': '"2"' } },
  body: {},
});
demand(published.data?.status === 'published', 'published');
const list = await anybody.GET('/api/blog/v1/posts', { params: { query: { tag: 'typed-days', limit: 5 } } });
demand(list.data?.items.length === 1 && list.data.items[0]?.title === 'A typed day', 'listed');
const search = async () => (await anybody.GET('/api/blog/v1/search', { params: { query: { q: 'typed tag:typed-days' } } })).data;
const found = (await search())?.items[0];
demand(found?.post.id === path.post_id && found.title.some(({ text, match }) => match && text === 'typed'), 'found, and marked');
const seen = await anybody.GET('/api/blog/v1/posts/{post_id}', { params: { path } });
demand(seen.data?.html?.includes('<img'), 'read with its picture');

const deleted = await me.DELETE('/api/blog/v1/posts/{post_id}', {
  params: { path, header: { 'If-Match': '*' }, query: { permanent: true } },
});
demand(deleted.response.status === 204, 'deleted');
const gone = await anybody.GET('/api/blog/v1/posts/{post_id}', { params: { path } });
demand(gone.error?.code === 'gone' && gone.response.status === 410, 'gone, and readers are told');
demand((await search())?.items.length === 0, 'found no more');
