// @ts-expect-error: types of Node are kept out of the console; this test alone reads a file
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css: string = readFileSync(new URL('./styles.css', import.meta.url), 'utf8');

/** The colours that a rule of styles.css sets, by name. */
function coloursOf(selector: string, source = css): Record<string, string> {
  const start = source.indexOf(`\n${selector} {`);
  if (start < 0) throw new Error(`styles.css has no rule ${selector}`);
  const rule = source.slice(start, source.indexOf('}', start));
  const found = [...rule.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]));
}

/** How bright a colour is to the eye, 0 to 1 (WCAG 2.2, relative luminance). */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const GROUNDS = ['paper', 'card', 'sunken'];
const STATUSES = ['pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'terminated'];
/** Which text stands on which ground. */
const PAIRS: ReadonlyArray<readonly [text: string, ground: string]> = [
  ...['ink', 'soft', 'accent', ...STATUSES].flatMap((text) =>
    GROUNDS.map((ground) => [text, ground] as const),
  ),
  ['on-accent', 'accent'],
  ['accent', 'accent-soft'],
  ['ink', 'accent-soft'],
  ['soft', 'accent-soft'],
  ['ink', 'mark'],
];
const ENOUGH = 4.5;

/** The pairs of a theme that are too hard to read. */
function tooFaint(colours: Record<string, string>): string[] {
  return PAIRS.flatMap(([text, ground]) => {
    const [front, back] = [colours[text], colours[ground]];
    if (!front || !back) return [`${text} or ${ground} is no colour of this theme`];
    const found = contrast(front, back);
    return found < ENOUGH ? [`${text} on ${ground}: ${found.toFixed(2)}`] : [];
  });
}

describe.each([
  ['light', ':root'],
  ['dark', ':root[data-theme="dark"]'],
])('the %s theme', (name, selector) => {
  test('can be read: every text on every ground', () => {
    expect(tooFaint(coloursOf(selector))).toEqual([]);
  });

  test('would not pass with one text colour nearer to the paper', () => {
    const colours = coloursOf(selector);
    for (const text of ['ink', 'soft', 'accent', ...STATUSES]) {
      const faint = { ...colours, [text]: name === 'light' ? '#a8a8a8' : '#5a5a5a' };
      expect(tooFaint(faint).join(), text).toContain(`${text} on paper`);
    }
  });

  test('has a colour for each token that pages use', () => {
    const used = [...css.matchAll(/--color-[\w-]+: var\(--([\w-]+)\)/g)].map(([, token]) => token);
    expect(used.length).toBeGreaterThan(15);
    expect(Object.keys(coloursOf(selector))).toEqual(expect.arrayContaining(used));
  });
});

test('the measure is the one of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
