import { describe, expect, it } from 'vitest';
import { plainOf, renderPlainHtml, renderPlainText } from './render-plain.ts';

describe('an answer that is no brief', () => {
  it('is its text, and how it was made', () => {
    const plain = plainOf({
      text: 'One.\n\n- two\n  - three',
      turns: 2,
      howMade: 'By a model. Nobody has checked it.',
    });
    expect(renderPlainText(plain)).toBe('One.\n\n- two\n  - three\n\nBy a model. Nobody has checked it.');
    expect(renderPlainText(plainOf('Just so.'))).toBe('Just so.');
  });

  it('is data where it holds no text, and reads back as what it was', () => {
    for (const output of [{ total: 3, of: [1, 2] }, null, 7, { text: 4 }])
      expect(JSON.parse(renderPlainText(plainOf(output)))).toEqual(output);
  });

  it('cannot steer a terminal', () => {
    expect(renderPlainText(plainOf({ text: 'a\u001b[2Jb\u202ec' }))).toBe('a[2Jbc');
  });

  it.each([
    ['a text', 'Hello <script>alert(1)</script> & "you"'],
    ['data', { title: '<img src=x onerror=alert(1)>' }],
  ])('is escaped on a page: %s', (_name, output) => {
    const page = renderPlainHtml(plainOf(output), 'Ask <b>them</b>');
    expect(page).not.toMatch(/<script|<img|<b>/);
    expect(page).toContain('&lt;');
    expect(page).toContain("default-src 'none'");
  });
});
