// Vitest, run by `npm --prefix spa test`: the parts of spa/src/lib that decide something.
import { destination } from '../../spa/src/lib/destination.js';
import { deviceOf } from '../../spa/src/lib/device.js';
import dates from './dates.json';
import { describe as say, yearOf } from '../../spa/src/lib/dates.js';
import { t } from '../../spa/src/lib/messages.js';
import { canonicalPath } from '../../spa/src/lib/page-data.js';
import { EMPTY, merge } from '../../spa/src/lib/draft-fields.js';
import { mergeText } from '../../spa/src/lib/merge-text.js';
import { Problem } from '../../spa/src/lib/problem.js';
import { contents, pageQuery, pathOf } from '../../spa/src/lib/reading.js';
import { matcher } from '../../spa/src/lib/routing.js';

describe('dates', () => {
  test.each(dates)('$at in $zone is said as the server says it: $text', ({ at, now, zone, text, short, full }) => {
    expect(say(at, { zone, now: new Date(now) })).toEqual({ text, full });
    expect(say(at, { zone, now: new Date(now), short: true }).text).toBe(short ?? text);
  });

  test('the year is that of the site, not of the reader', () => {
    expect(yearOf('2015-12-31T23:59:59Z', 'Asia/Tokyo')).toBe(2016);
    expect(yearOf('2015-12-31T23:59:59Z', 'UTC')).toBe(2015);
  });
});

describe('where somebody goes after signing in', () => {
  const origin = 'https://blog.example.org';
  const after = (/** @type {string} */ next) => new URL(destination(new URLSearchParams({ next }), origin), `${origin}/sign-in`).href;

  test.each([
    'https://else.example.com/', '//else.example.com', '\\\\else.example.com', '/\\else.example.com', '/.//else.example.com',
    '/..//else.example.com', '/a/..//else.example.com', '/%2e//else.example.com', `${origin}//else.example.com`, '/\t/else.example.com',
    'https://blog.example.org@else.example.com/', 'javascript:alert(1)', 'data:text/html,a', 'http://', 'https://[',
  ])('%j leads to no other site', (next) => {
    expect(new URL(after(next)).origin).toBe(origin);
  });

  test('an address of this site is kept', () => {
    expect(after('/studio/posts?status=draft')).toBe(`${origin}/studio/posts?status=draft`);
    expect(after('')).toBe(`${origin}/studio`);
  });
});

describe('messages', () => {
  test('a missing text is an error, not an empty place', () => {
    expect(() => t('no.such.key')).toThrow('no.such.key');
  });

  test('a count takes the singular or the plural', () => {
    expect(t('list.posts', { count: 1 })).toBe('1 post');
    expect(t('list.posts', { count: 2 })).toBe('2 posts');
  });
});

describe('routes', () => {
  const page = async () => ({ default: /** @type {any} */ (null) });
  const match = matcher([
    { path: '/', page },
    { path: '/posts/:slug', page },
    { path: '/studio/*', page },
  ]);

  test('an address that no route answers is left to the server', () => {
    expect(match('/posts')).toBeNull();
    expect(match('/posts/a/b')).toBeNull();
    expect(match('/other')).toBeNull();
  });

  test('parameters are decoded, and what cannot be decoded is kept', () => {
    expect(match('/posts/gr%C3%BC%C3%9Fe')?.params).toEqual({ slug: 'grüße' });
    expect(match('/posts/100%')?.params).toEqual({ slug: '100%' });
    expect(match('/posts/a/')?.params).toEqual({ slug: 'a' });
  });

  test('a star matches the rest, and nothing', () => {
    expect(match('/studio')?.params).toEqual({ rest: '' });
    expect(match('/studio/posts/1')?.params).toEqual({ rest: 'posts/1' });
    expect(match('/studios')).toBeNull();
  });
});

describe('what a page asks for', () => {
  test('two ways to write a query are one path', () => {
    const paths = ['/a?limit=20&fields=x,y', '/a?fields=x%2Cy&limit=20'].map((path) => canonicalPath(new URL(path, 'http://h')));
    expect(paths).toEqual(['/a?fields=x%2Cy&limit=20', '/a?fields=x%2Cy&limit=20']);
  });

  test('the cursor goes along only when there is one', () => {
    expect(pageQuery(new URLSearchParams('cursor=abc'), 20)).toMatchObject({ cursor: 'abc', limit: 20 });
    expect(pageQuery(new URLSearchParams('other=1'), 20)).not.toHaveProperty('cursor');
  });

  test('a post is read at the path of its address', () => {
    expect(pathOf('https://blog.example.org/posts/a%20b?x=1')).toBe('/posts/a%20b');
  });

  test('contents need three headings, and show the two upper levels', () => {
    const heading = (/** @type {number} */ level) => ({ id: `h-${level}`, level, text: `Level ${level}` });
    expect(contents([])).toEqual([]);
    expect(contents([heading(2), heading(3)])).toEqual([]);
    expect(contents([heading(2), heading(3), heading(4), heading(2)]).map(({ depth }) => depth)).toEqual([0, 1, 0]);
  });
});

test('a problem knows its sentence about a field', () => {
  const problem = new Problem(422, { code: 'invalid', detail: 'No', errors: [{ pointer: '/title', code: 'required', detail: 'Missing.' }] });
  expect(problem.about('title')).toBe('Missing.');
  expect(problem.about('slug')).toBeUndefined();
  expect(problem.message).toBe('No');
});

describe('two people in one text', () => {
  const base = 'One.\n\nTwo words here.\n\nThree.\n';

  test('changes of different paragraphs and of different words both stay', () => {
    expect(mergeText(base, base.replace('One', 'Eins'), base.replace('Three', 'Drei'))).toBe('Eins.\n\nTwo words here.\n\nDrei.\n');
    expect(mergeText(base, base.replace('Two', 'Zwei'), base.replace('here', 'there'))).toBe('One.\n\nZwei words there.\n\nThree.\n');
    expect(mergeText('', 'Same', 'Same')).toBe('Same');
  });

  test('different changes of the same words are for a person to settle', () => {
    expect(mergeText(base, base.replace('words', 'Worte'), base.replace('words', 'mots'))).toBeNull();
    const mine = { ...EMPTY, markdown: 'a', title: 'T' };
    const { merged, torn } = merge(EMPTY, mine, { ...EMPTY, markdown: 'b', summary: 'S' });
    expect({ merged, torn }).toEqual({ merged: { ...mine, summary: 'S' }, torn: ['markdown'] });
  });

  test('whatever is merged holds the new words of both', () => {
    for (let round = 0; round < 200; round += 1) {
      const words = Array.from({ length: 40 }, (_, i) => `w${i}`);
      const [here, there] = [round % 19, 20 + ((round * 7) % 19)];
      const by = (/** @type {number} */ place, /** @type {string} */ word) => words.map((each, i) => (i === place ? word : each)).join(' ');
      const text = mergeText(words.join(' '), by(here, 'MINE'), by(there, 'THEIRS'));
      expect(text).toBe(words.map((each, i) => (i === here ? 'MINE' : i === there ? 'THEIRS' : each)).join(' '));
    }
  });
});

describe('the name of a device', () => {
  const cases = /** @type {const} */ ([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox', 'Linux'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0', 'Edge', 'Windows'],
    ['Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36', 'Chrome', 'Android'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15', 'Safari', 'macOS'],
    ['curl/8.14.1', 'curl', ''],
    ['Mozilla/5.0 (something new)', '', ''],
    [null, '', ''],
  ]);
  test.each(cases)('%s', (userAgent, browser, system) => expect(deviceOf(userAgent)).toEqual({ browser, system }));
});
