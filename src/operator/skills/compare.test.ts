import { describe, expect, it } from 'vitest';
import { brokenCitations, readMaterial, requestOf } from '../../../test/support/materials.ts';
import { MAIL, OFFER_A, OFFER_B } from '../../../test/support/papers.ts';
import { compareDocuments } from './compare.ts';
import type { Draft } from './draft.ts';

async function compare(files: Record<string, string>, goal = 'Compare them'): Promise<Draft> {
  const materials = await Promise.all(Object.entries(files).map(([name, text]) => readMaterial(name, text)));
  // The type of a skill's output is unknown; this one makes a draft.
  const draft = compareDocuments(requestOf(goal, materials)) as Draft;
  expect(brokenCitations(draft, materials)).toEqual([]);
  return draft;
}
const rows = (draft: Draft, relation: string) =>
  draft.table?.rows.filter(([first]) => first === relation).map((row) => row.slice(2).join(' | ')) ?? [];

describe('documents.compare', () => {
  it('aligns two offers: what differs, what both say, what only one says', async () => {
    const draft = await compare({ 'a.txt': OFFER_A, 'b.txt': OFFER_B });
    const differ = rows(draft, 'differ');
    for (const [left, right] of [
      ['€79,500', '€68,200'],
      ['ten years', 'five years'],
      ['5 May 2025', '2 June 2025'],
    ]) {
      expect(
        differ.some((row) => row.includes(left ?? '') && row.includes(right ?? '')),
        left,
      ).toBe(true);
    }
    expect(draft.answer.sentence).toMatch(/^\d+ differences were found between a.txt and b.txt/);
    expect(draft.findings[0]?.sentence).toContain('€79,500');
    expect(rows(draft, 'said otherwise').join()).toMatch(/slate.*clay tiles/);
    expect(rows(draft, 'both say').join()).toContain('Payment is due within 30 days');
    expect(rows(draft, 'differ').join()).not.toContain('Payment is due within 30 days');
    expect(rows(draft, 'only one says').join()).toMatch(/Martin Huber.*Helen Brady/s);
  });

  it('finds no difference between a paper and its copy', async () => {
    const draft = await compare({ 'a.txt': OFFER_A, 'copy.txt': OFFER_A });
    expect(rows(draft, 'differ')).toEqual([]);
    expect(rows(draft, 'only one says')).toEqual([]);
    expect(draft.answer.sentence).toContain('No difference');
  });

  it('compares tables row by row under the same key', async () => {
    const draft = await compare({
      'old.csv': 'item,price,stock\nPump,100,4\nValve,20,9\nMotor,300,1\n',
      'new.csv': 'item,price,stock\nPump,110,4\nValve,20.00,9\nBelt,7,50\n',
    });
    expect(draft.findings.map(({ sentence }) => sentence)).toEqual([
      'Pump, price: 100 in old.csv, 110 in new.csv.',
      'Only old.csv has “Motor”.',
      'Only new.csv has “Belt”.',
    ]);
  });

  it('keeps to the topic it is asked about', async () => {
    const draft = await compare(
      { 'a.txt': OFFER_A, 'b.txt': OFFER_B },
      'Compare the offers regarding the warranty',
    );
    const all = draft.findings.map(({ sentence }) => sentence).join();
    expect(all).toContain('warranty');
    expect(all).not.toContain('€79,500');
  });

  it('says so when the papers speak of different things, or when there is only one', async () => {
    const strange = await compare({
      'a.txt': 'Penguins breed on the ice in winter near the colony.',
      'b.txt': 'Invoices must be paid by bank transfer within a fortnight.',
    });
    expect(rows(strange, 'differ')).toEqual([]);
    expect(rows(strange, 'both say')).toEqual([]);
    const one = await compare({ 'a.txt': OFFER_A });
    expect(one).toMatchObject({ answered: false });
    expect(one.answer.sentence).toContain('only document');
  });

  it('takes three papers pair by pair', async () => {
    const draft = await compare({ 'a.txt': OFFER_A, 'b.txt': OFFER_B, 'mail.eml': MAIL });
    expect(draft.table?.columns).toEqual(['', 'About', 'a.txt', 'b.txt', 'mail.eml']);
  });
});
