import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isId } from '../platform/kernel/ids.ts';
import { sha256 } from '../platform/kernel/random.ts';
import { adoptKey, isKeyText, makeKey, readKey } from './key.ts';

test('a key reads back as the id and hash that were stored, and holds neither the hash nor a hint of it', () => {
  const made = makeKey();
  expect(made.text).toMatch(/^cadre_[0-9a-f]{32}_[\w-]{49}$/);
  expect(readKey(made.text)).toEqual({ id: made.id, secretHash: made.secretHash });
  expect(made.text).not.toContain(made.secretHash);
  expect(isKeyText(made.text)).toBe(true);
});

test('two keys of one id share no secret', () => {
  const first = makeKey();
  const second = makeKey(first.id);
  expect(second.secretHash).not.toBe(first.secretHash);
});

test('one changed character is noticed by the checksum before anything is looked up', () => {
  const { text, secretHash } = makeKey();
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('a', 'B', '7', '_', '-'), (place, letter) => {
      fc.pre(text[place] !== letter);
      const changed = text.slice(0, place) + letter + text.slice(place + 1);
      expect(isKeyText(changed)).toBe(false);
      expect(readKey(changed).secretHash).not.toBe(secretHash);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('a chosen key is found by an id that follows from it and does not contain it', () => {
  const text = 'a-long-random-admin-key-0123456789abcdef';
  const adopted = adoptKey(text);
  expect(isId(adopted.id)).toBe(true);
  expect(readKey(text)).toEqual({ id: adopted.id, secretHash: sha256(text) });
  expect(adopted.secretHash).not.toContain(adopted.id.slice(0, 8));
});
