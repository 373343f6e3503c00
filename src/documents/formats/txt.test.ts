import { describe, expect, it } from 'vitest';
import { parseDocument } from '../parse.ts';
import { joinWrapped, unbroken, wordsOf, wrapWidth } from './txt.ts';

const read = (text: string) => parseDocument({ name: 'a.txt', bytes: new TextEncoder().encode(text) });
const WRAPPED = [
  'Dear Ms Miller, we write to you about the works on Quay Street, which',
  'began on Monday and will go on until the end of the month. The noise',
  'is limited to weekdays. Please call us when it is not.',
];

describe('hard-wrapped text', () => {
  it('is joined again, sentence by sentence', async () => {
    const { text, segments } = await read(`${WRAPPED.join('\n')}\n\nYours,\nAnn\n`);
    expect(text).toBe(`${WRAPPED.join(' ')}\n\nYours,\nAnn`);
    expect(segments.map(({ kind }) => kind)).toEqual(['paragraph', 'paragraph']);
  });

  it('keeps lines that are lines by intent: addresses, logs, fields, verses', async () => {
    const address = 'Acme Limited\n12 Ferry Lane\nGalway';
    expect((await read(address)).text).toBe(address);
    const log = Array.from(
      { length: 9 },
      (_, i) => `2026-11-21 10:0${i} the server has said something of length ${i}`,
    ).join('\n');
    expect((await read(log)).text).toBe(log);
    expect(
      (await read(`Date: 14 March 2026 in the harbour office at Galway town\nPlace: Galway`)).text,
    ).toContain('\nPlace');
  });

  it('finds the width from the text, and none where lines are paragraphs', () => {
    expect(wrapWidth(WRAPPED.join('\n'))).toBe(68);
    expect(wrapWidth('One.\nTwo.\nThree.')).toBe(0);
    expect(wrapWidth(`${'word '.repeat(80)}\n${'word '.repeat(70)}`)).toBe(0);
    expect(joinWrapped(['a b', 'c'], { width: 0, known: new Set() })).toEqual(['a b', 'c']);
  });

  it('makes divided words whole and keeps compounds', () => {
    expect(unbroken('the con-', 'tract')).toBe('the contract');
    expect(unbroken('a well-', 'known man')).toBe('a well-known man');
    expect(unbroken('the Jean-', 'Luc affair')).toBe('the Jean-Luc affair');
    expect(unbroken('pages 3-', '4')).toBe('pages 3-4');
    expect(unbroken('and then -', 'we left')).toBe('and then - we left');
    expect(unbroken('one', 'two')).toBe('one two');
    const known = wordsOf(['an existing chat was optimized by re-reading it']);
    expect(unbroken('an Ex-', 'isting plan', known)).toBe('an Existing plan');
    expect(unbroken('a chat-', 'optimized plan', known)).toBe('a chat-optimized plan');
    expect(unbroken('by re-', 'reading it', known)).toBe('by re-reading it');
  });
});

describe('structure', () => {
  it('marks headings, items and pages', async () => {
    const { text, segments, meta } = await read(
      'REPORT\n\nPlan\n====\n\n- one\n- two\n1. three\n\fSecond page.\n',
    );
    const found = segments.map(
      ({ kind, start, end }) => `${kind}: ${text.slice(start, end).replace(/\n/g, '/')}`,
    );
    expect(found).toEqual([
      'page: REPORT//Plan//- one/- two/1. three',
      'heading: REPORT',
      'heading: Plan',
      'item: - one',
      'item: - two',
      'item: 1. three',
      'page: Second page.',
      'paragraph: Second page.',
    ]);
    expect(meta.pages).toBe(2);
  });
});
