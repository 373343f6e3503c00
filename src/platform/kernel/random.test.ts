import { expect, test } from 'vitest';
import { sameText, secretText, seededRandom, sha256, systemRandom } from './random.ts';

test('a seed gives the same numbers again, another seed gives others, all in [0, 1)', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 1_000 }, random);
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  const all = [...draw(7), ...Array.from({ length: 1_000 }, systemRandom)];
  expect(all.every((number) => number >= 0 && number < 1)).toBe(true);
  const mean = draw(7).reduce((sum, number) => sum + number, 0) / 1_000;
  expect(mean).toBeGreaterThan(0.45);
  expect(mean).toBeLessThan(0.55);
});

test('secrets are long, URL-safe and never the same', () => {
  const secrets = Array.from({ length: 100 }, () => secretText(16));
  expect(new Set(secrets).size).toBe(100);
  expect(secrets.every((secret) => /^[\w-]{22}$/.test(secret))).toBe(true);
});

test('SHA-256 is the one of the standard', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256(new TextEncoder().encode('abc'))).toBe(sha256('abc'));
});

test('texts are compared whole', () => {
  expect(sameText('grüße', 'grüße')).toBe(true);
  expect(sameText('a', 'b')).toBe(false);
  expect(sameText('a', 'ab')).toBe(false);
});
