import { expect, test } from 'vitest';
import { fieldsOf, readInput } from './input-form.ts';

const schema = {
  type: 'object',
  required: ['who', 'count'],
  properties: {
    who: { type: 'string', title: 'For whom', description: 'Their name.' },
    count: { type: 'integer', default: 3 },
    rate: { type: 'number' },
    careful: { type: 'boolean' },
    size: { enum: ['s', 'm'] },
    topics: { type: 'array', items: { type: 'string' }, default: ['a', 'b'] },
    items: { type: 'array' },
  },
};

test('a form is made from the schema', () => {
  const fields = fieldsOf(schema) ?? [];
  expect(fields.map(({ name, kind, required, start }) => [name, kind, required, start])).toEqual([
    ['who', 'line', true, ''],
    ['count', 'whole', true, '3'],
    ['rate', 'number', false, ''],
    ['careful', 'yes', false, ''],
    ['size', 'choice', false, ''],
    ['topics', 'words', false, 'a\nb'],
    ['items', 'data', false, ''],
  ]);
  expect(fields[0]).toMatchObject({ label: 'For whom', hint: 'Their name.' });
  expect(fields[2]?.label).toBe('rate (may be left out)');
});

test('a schema without fields has no form', () => {
  for (const none of [undefined, null, {}, { properties: {} }, [], 'x'])
    expect(fieldsOf(none)).toBeUndefined();
});

test('what was typed becomes the input, and what is left out stays out', () => {
  const fields = fieldsOf(schema) ?? [];
  expect(
    readInput(fields, {
      who: 'Ada',
      count: '2',
      careful: 'false',
      topics: 'a\n\n b ',
      items: '[1, {"x": 2}]',
    }),
  ).toEqual({ input: { who: 'Ada', count: 2, careful: false, topics: ['a', 'b'], items: [1, { x: 2 }] } });
});

test('what is wrong is said at its field', () => {
  const fields = fieldsOf(schema) ?? [];
  expect(readInput(fields, { count: '2.5', rate: 'x', items: '1}, {"y": 2' })).toEqual({
    problems: {
      who: 'It is needed.',
      count: 'A whole number, such as 3.',
      rate: 'A number, such as 0.5.',
      items: 'This is no JSON.',
    },
  });
  expect(readInput(fields, { who: 'A', count: '1', items: '1, "other": 2' })).toEqual({
    problems: { items: 'This is no JSON.' },
  });
});
