import { describe, expect, it } from 'vitest';
import { parseDocument } from '../parse.ts';

const read = (body: string | Uint8Array) =>
  parseDocument({ name: 'a.html', bytes: typeof body === 'string' ? new TextEncoder().encode(body) : body });

const PAGE = `<!DOCTYPE html><html><head><title>Works begin</title><meta name="author" content="Harbour Trust">
<style>p{color:red}</style><script>alert('no')</script></head><body>
<nav><a href="/">Home</a></nav>
<h1>Works  begin</h1><p>The quay<br>opens in <em>May</em>.</p><p hidden>secret</p><div style="display: none">secret</div>
<ul><li>one<li>two <b>bold</b></ul>
<table><caption>Costs</caption><tr><th>Item<th>Cost<tr><td>Steel<td>1,200<tr><td colspan="2">none</table>
<table><tr><td><h2>Layout</h2><p>Only layout.</p></td><td>Side.</td></tr></table>
<blockquote>Quoted words.</blockquote><pre>a  b
  c</pre><p>A &amp; B &euro;5</p></body></html>`;

describe('a web page', () => {
  it('is read without scripts, styles, menus and hidden parts', async () => {
    const { text, meta, warnings } = await read(PAGE);
    for (const absent of ['alert', 'color', 'Home', 'secret']) expect(text).not.toContain(absent);
    expect(meta).toEqual({ title: 'Works begin', author: 'Harbour Trust' });
    expect(warnings).toEqual(['The navigation menu was left out.']);
  });

  it('keeps headings, paragraphs, items, tables, quotes and code', async () => {
    const { text, segments, tables } = await read(PAGE);
    const found = segments.map(
      ({ kind, label, start, end }) => `${kind} ${label ?? ''}: ${text.slice(start, end)}`,
    );
    expect(found).toEqual([
      'heading h1: Works begin',
      'paragraph : The quay\nopens in May.',
      'item : one',
      'item : two bold',
      'paragraph : Costs',
      'row : Item | Cost',
      'row : Steel | 1,200',
      'row : none | ',
      'heading h2: Layout',
      'paragraph : Only layout.',
      'paragraph : Side.',
      'paragraph quoted: Quoted words.',
      'code : a  b\n  c',
      'paragraph : A & B €5',
    ]);
    expect(tables).toHaveLength(1);
    expect(tables[0]).toMatchObject({ name: 'Costs', columns: [{ text: 'Item' }, { text: 'Cost' }] });
  });

  it('leaves out long lists of nothing but links; twin: a list that says something', async () => {
    const list = (count: number, tail = '') =>
      `<ul>${`<li><a href="#">Place</a>${tail}</li>`.repeat(count)}</ul>`;
    const menu = await read(`<html>${list(10)}<p>Text.</p>`);
    expect([menu.text, menu.warnings]).toEqual(['Text.', ['The navigation menu was left out.']]);
    expect((await read(`<html>${list(9)}`)).text).toContain('Place');
    expect((await read(`<html>${list(10, ': open')}`)).text).toContain('Place: open');
  });

  it('is decoded as browsers do: by its meta element, UTF-8, or Windows-1252', async () => {
    const body = (charset: string) => `<html><meta charset="${charset}"><p>Grüße, €5</p>`;
    expect((await read(Buffer.from(body('iso-8859-1').replace('€', 'E'), 'latin1'))).text).toBe('Grüße, E5');
    expect((await read(body('utf-8'))).text).toBe('Grüße, €5');
    expect((await read('<html><p>Grüße, €5</p>')).text).toBe('Grüße, €5');
    expect((await read(Buffer.from('<html><p>Gr\xfc\xdfe</p>', 'latin1'))).text).toBe('Grüße');
  });
});
