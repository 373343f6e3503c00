import { describe, expect, test } from 'vitest';
import { type Held, labelsOf, NOTHING_HELD, nameOf, press, SEQUENCE_MS } from './keys.ts';

const KNOWN = ['g h', 'g t', '?', 'n', 'mod+k'];
const plain = { ctrlKey: false, metaKey: false, altKey: false };

/** Presses keys 100 ms apart; the shortcuts that ran. */
function typed(keys: string[], gapMs = 100): string[] {
  let held: Held = NOTHING_HELD;
  return keys.flatMap((key, at) => {
    const next = press(held, key, 1_000 + at * gapMs, KNOWN);
    held = next.held;
    return next.run ? [next.run] : [];
  });
}

describe('a sequence of keys', () => {
  test('runs when its last key is pressed, and not before', () => {
    expect(typed(['g'])).toEqual([]);
    expect(typed(['g', 'h'])).toEqual(['g h']);
    expect(typed(['g', 't', '?'])).toEqual(['g t', '?']);
  });

  test('begins anew with a key that breaks it', () => {
    expect(typed(['g', 'g', 'h'])).toEqual(['g h']);
    expect(typed(['g', 'n'])).toEqual(['n']);
    expect(typed(['g', 'x', 'h'])).toEqual([]);
  });

  test('is forgotten after a while', () => {
    expect(typed(['g', 'h'], SEQUENCE_MS)).toEqual(['g h']);
    expect(typed(['g', 'h'], SEQUENCE_MS + 1)).toEqual([]);
  });

  test('takes only keys that mean something', () => {
    expect(press(NOTHING_HELD, 'g', 0, KNOWN).takes).toBe(true);
    expect(press(NOTHING_HELD, 'x', 0, KNOWN).takes).toBe(false);
    expect(press(NOTHING_HELD, 'h', 0, KNOWN).takes).toBe(false);
  });
});

describe('the name of a key', () => {
  test('is what was typed, with Ctrl or Cmd in front', () => {
    expect(nameOf({ ...plain, key: '?' })).toBe('?');
    expect(nameOf({ ...plain, key: 'K', ctrlKey: true })).toBe('mod+k');
    expect(nameOf({ ...plain, key: 'k', metaKey: true })).toBe('mod+k');
  });

  test('is none for keys that only change others, and none with Alt', () => {
    expect(nameOf({ ...plain, key: 'Shift' })).toBeUndefined();
    expect(nameOf({ ...plain, key: 'n', altKey: true })).toBeUndefined();
  });

  test('with AltGr is the character that was typed', () => {
    expect(nameOf({ key: '/', ctrlKey: true, altKey: true, metaKey: false })).toBe('/');
  });
});

test('a shortcut is shown with the keys of the machine', () => {
  expect(labelsOf('mod+k', false)).toEqual(['Ctrl', 'K']);
  expect(labelsOf('mod+k', true)).toEqual(['⌘', 'K']);
  expect(labelsOf('g h', false)).toEqual(['g', 'h']);
});
