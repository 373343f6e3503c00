import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import { referencesIn, resolveReferences } from './references.ts';

const results = {
  read: { title: 'Offer', pages: 3, people: [{ name: 'Anna Keller' }, { name: 'Jonas' }], none: null },
  text: 'plain {{read.output.title}}',
};
const one = (value: Json) => resolveReferences({ value }, results).value;

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof CadreError ? thrown.code : 'another error';
  }
  return 'none';
}

describe('an input reference', () => {
  it.each<[string, Json, Json]>([
    ['a field, with its type', '{{read.output.pages}}', 3],
    ['spaces around are allowed', ' {{ read.output.pages }} ', 3],
    ['a nested path through a list', '{{read.output.people.0.name}}', 'Anna Keller'],
    ['the whole output', '{{text.output}}', 'plain {{read.output.title}}'],
    ['the word of FEATURES', '{{read.result.title}}', 'Offer'],
    ['a list keeps its form', '{{read.output.people}}', [{ name: 'Anna Keller' }, { name: 'Jonas' }]],
    ['null is a value', '{{read.output.none}}', null],
    [
      'inside a text it becomes text',
      '{{read.output.title}} has {{read.output.pages}} pages',
      'Offer has 3 pages',
    ],
    ['an object inside a text becomes JSON', 'who: {{read.output.people.1}}', 'who: {"name":"Jonas"}'],
    ['texts deep in the input', [{ a: ['{{read.output.pages}}'] }], [{ a: [3] }]],
    ['other values stay', [1, true, null, 'x { y } z'], [1, true, null, 'x { y } z']],
  ])('%s', (_, written, resolved) => {
    expect(one(written)).toEqual(resolved);
  });

  it.each([
    ['an unknown step', '{{ghost.output.a}}'],
    ['a missing field', '{{read.output.author}}'],
    ['an index past the end', '{{read.output.people.2}}'],
    ['a field below a text', '{{read.output.title.length}}'],
    ['the length of a list', '{{read.output.people.length}}'],
    ['a prototype field', '{{read.output.constructor}}'],
    ['a step named like a prototype field', '{{constructor.output}}'],
    ['another word than output', '{{read.state}}'],
    ['nothing at all', '{{}}'],
    ['an empty part', 'see {{read.output..title}}'],
  ])('to %s is refused', (_, written) => {
    expect(codeOf(() => one(written))).toBe('plan/bad-reference');
  });

  it('lists the references of an input in order', () => {
    expect(referencesIn({ a: 'x {{read.output.title}}', b: [{ c: '{{text.output}}' }] })).toEqual([
      { text: '{{read.output.title}}', step: 'read', path: ['title'] },
      { text: '{{text.output}}', step: 'text', path: [] },
    ]);
  });

  it('of any path into any JSON gives just the value there, and text round it stays', () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
    const path = fc.array(fc.oneof(key, fc.nat(3)), { maxLength: 5 });
    const plain = fc.string().filter((text) => !/[{}]/.test(text));
    fc.assert(
      fc.property(path, fc.jsonValue(), plain, (keys, drawn, around) => {
        // JSON has no minus zero; everything stored has gone through JSON once.
        const value = JSON.parse(JSON.stringify(drawn)) as Json;
        const output = keys.reduceRight<Json>(
          (inner, part) => (typeof part === 'number' ? [...Array(part).fill(0), inner] : { [part]: inner }),
          value,
        );
        const written = `{{s.output${keys.map((part) => `.${part}`).join('')}}}`;
        const resolved = resolveReferences({ a: written, b: `${around}x${written}` }, { s: output });
        expect(resolved.a).toEqual(value);
        expect(resolved.b).toBe(`${around}x${typeof value === 'string' ? value : JSON.stringify(value)}`);
      }),
    );
  });

  it('leaves input without references as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (drawn) => {
        const input = JSON.parse(JSON.stringify(drawn).replaceAll('{{', '')) as Record<string, Json>;
        fc.pre(referencesSafe(input));
        expect(resolveReferences(input, {})).toEqual(input);
      }),
    );
  });
});

function referencesSafe(input: Json): boolean {
  return !JSON.stringify(input).includes('{{');
}
