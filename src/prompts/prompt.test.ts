import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PROMPTS, DEFAULT_TEMPLATES } from './defaults.ts';
import { MAX_RENDERED_CHARACTERS, nameSchema, render, variablesOf } from './prompt.ts';

const named = (body: string) => ({ name: 'greeting', body });
const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code; // a thrown thing
  }
};

describe('variables of a text', () => {
  it('are names in double braces, each once, in order', () => {
    expect(variablesOf('Dear {{name}}, {{ place }} and {{name}} again')).toEqual(['name', 'place']);
    expect(variablesOf('A set {1, 2} and {name}')).toEqual([]);
  });

  it.each(['{{Name}}', '{{a b}}', '{{}}', '{{name', 'name}}', '{{1}}', '{{name.first}}', '{{a}}}}'])(
    'twin: %s is no variable and is refused, not taken for text',
    (body) => {
      expect(codeOf(() => variablesOf(body))).toBe('prompt/bad-body');
    },
  );
});

describe('rendering', () => {
  it('puts plain text into its places, also numbers and flags', () => {
    expect(render('prompt', named('{{a}}-{{b}}-{{c}}-{{a}}'), { a: 'x', b: 2, c: false })).toBe(
      'x-2-false-x',
    );
  });

  it('names what is missing, and what it does not know', () => {
    const body = 'Dear {{name}}';
    expect(codeOf(() => render('prompt', named(body), {}))).toBe('prompt/variable-missing');
    expect(() => render('prompt', named(body), {})).toThrow('"greeting" needs the variable "name"');
    expect(codeOf(() => render('prompt', named(body), { name: 'Ann', nome: 'x' }))).toBe(
      'prompt/variable-unknown',
    );
    // What every object has is no value that somebody gave.
    expect(codeOf(() => render('prompt', named('{{toString}}'), {}))).toBe('prompt/variable-missing');
    expect(codeOf(() => render('prompt', named('{{constructor}}'), {}))).toBe('prompt/variable-missing');
  });

  it('walks the text once: braces and replacement signs in a value stay as they are', () => {
    expect(render('prompt', named('{{a}} {{b}}'), { a: '{{b}}', b: "$& $1 $' $$" })).toBe(
      "{{b}} $& $1 $' $$",
    );
  });

  it('gives back any values between the words around them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(render('prompt', named('<{{a}}|{{b}}|{{a}}>'), { a, b })).toBe(`<${a}|${b}|${a}>`);
      }),
    );
  });

  it('is bounded: a value that fits once may not fit a hundred times', () => {
    const body = '{{a}}'.repeat(100);
    const most = MAX_RENDERED_CHARACTERS / 100;
    expect([...render('prompt', named(body), { a: '😀'.repeat(most) })]).toHaveLength(
      MAX_RENDERED_CHARACTERS,
    );
    expect(codeOf(() => render('prompt', named(body), { a: 'x'.repeat(most + 1) }))).toBe('prompt/too-long');
  });
});

it('the texts to begin with have names that requests may have, and variables that can be filled', () => {
  expect([DEFAULT_PROMPTS.length, DEFAULT_TEMPLATES.length]).toEqual([5, 3]);
  for (const draft of [...DEFAULT_PROMPTS, ...DEFAULT_TEMPLATES]) {
    expect(nameSchema.safeParse(draft.name).success).toBe(true);
    const values = Object.fromEntries(variablesOf(draft.body).map((name) => [name, `<${name}>`]));
    expect(render('prompt', draft, values)).not.toContain('{{');
  }
});
