import { describe, expect, test } from 'vitest';
import { cosine, EMBEDDING_DIMENSIONS, embed, nameFeatures, rarityIn, wordFeatures } from './embedding.ts';

const likeness = (a: string, b: string) => cosine(embed(wordFeatures(a)), embed(wordFeatures(b)));

describe('texts as numbers', () => {
  test('have 384 places and the length 1, and are the same in every process', () => {
    const vector = embed(wordFeatures('Write the notice'));
    expect(vector).toHaveLength(EMBEDDING_DIMENSIONS);
    expect(cosine(vector, vector)).toBeCloseTo(1, 12);
    const filled = [...vector.entries()].filter(([, value]) => value !== 0).map(([place]) => place);
    // Written down: another hash would make what is kept elsewhere worthless.
    expect(filled).toMatchInlineSnapshot(`
      [
        5,
        18,
        46,
        65,
        81,
        176,
        190,
        193,
        197,
        218,
        227,
        228,
        264,
        336,
        338,
        350,
        376,
      ]
    `);
  });

  test('are near when the words are the same, however they are written, and in whatever order', () => {
    expect(likeness('Write the notice', 'write THE nótice')).toBeCloseTo(1, 12);
    expect(likeness('pay the invoice', 'the invoice, pay!')).toBeCloseTo(1, 12);
    expect(likeness('pay the invoices of March', 'pay the invoice of March')).toBeGreaterThan(0.7);
  });

  test('are far when nothing is shared, and a paraphrase is: it knows words, not meaning', () => {
    expect(Math.abs(likeness('pay the invoice', 'quantum chromodynamics lattice'))).toBeLessThan(0.2);
    expect(Math.abs(likeness('buy a car', 'purchase an automobile'))).toBeLessThan(0.3);
  });

  test('of nothing are zeros, which are like nothing', () => {
    expect(embed(new Map()).every((value) => value === 0)).toBe(true);
    expect(likeness('', 'pay')).toBe(0);
  });

  test('what everything has in common tells little', () => {
    const texts = ['please pay rent', 'please pay tax', 'please pay fees', 'please book a room'];
    const rarity = rarityIn(texts.map((text) => wordFeatures(text)));
    const near = (a: string, b: string, weigh = rarity) =>
      cosine(embed(wordFeatures(a), weigh), embed(wordFeatures(b), weigh));
    expect(near('please pay rent', 'please book a room')).toBeLessThan(
      near('please pay rent', 'please book a room', () => 1),
    );
    expect(rarity('word please')).toBe(1);
    expect(rarity('word never-seen')).toBeGreaterThan(2);
  });

  test('names are the same or not', () => {
    const one = embed(nameFeatures(['state=paused', 'model=large']));
    expect(cosine(one, embed(nameFeatures(['model=large', 'state=paused'])))).toBeCloseTo(1, 12);
    expect(cosine(one, embed(nameFeatures(['state=paused', 'model=small'])))).toBeCloseTo(0.5, 12);
  });

  test('of 300 sentences each finds itself first among all when a tenth of its words is gone', () => {
    const words = Array.from({ length: 400 }, (_, n) => `w${(n * 7919).toString(36)}`);
    const sentences = Array.from({ length: 300 }, (_, n) =>
      Array.from({ length: 20 }, (_, at) => words[(n * 37 + at * at * 13 + n * at) % words.length] ?? ''),
    );
    const rarity = rarityIn(sentences.map((sentence) => wordFeatures(sentence.join(' '))));
    const all = sentences.map((sentence) => embed(wordFeatures(sentence.join(' ')), rarity));
    const found = sentences.filter((sentence, own) => {
      const asked = embed(wordFeatures(sentence.slice(2).join(' ')), rarity);
      const best = all.reduce(
        (top, each, at) => (cosine(asked, each) > cosine(asked, all[top] ?? each) ? at : top),
        0,
      );
      return best === own;
    });
    expect(found.length / sentences.length).toBeGreaterThan(0.95);
  });
});
