import { describe, expect, it } from 'vitest';
import type { Json } from '../platform/kernel/json.ts';
import { conforms, schemaProblems } from './schema.ts';

const person = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 5 },
    age: { type: 'integer', minimum: 0, exclusiveMaximum: 150 },
    tags: { type: 'array', items: { enum: ['a', 'b'] }, uniqueItems: true, maxItems: 2 },
    size: { anyOf: [{ type: 'null' }, { type: 'number', multipleOf: 0.5 }] },
    kind: { const: { a: 1, b: 2 } },
  },
} satisfies Json;

describe('schemas', () => {
  it.each<[Json, string | undefined]>([
    [{ name: 'Ada' }, undefined],
    [{ name: 'Ada', age: 3, tags: ['a'], size: 1.5, kind: { b: 2, a: 1 } }, undefined],
    [[], 'it must be object, not array'],
    [{}, 'name is missing'],
    [{ name: 1 }, 'name must be string, not number'],
    [{ name: '' }, 'name must have 1 characters or more'],
    [{ name: 'Adaline' }, 'name must have 5 characters or fewer'],
    [{ name: '😀😀😀😀😀' }, undefined],
    [{ name: 'A', age: 1.5 }, 'age must be integer, not number'],
    [{ name: 'A', age: -1 }, 'age must be 0 or more'],
    [{ name: 'A', age: 150 }, 'age must be less than 150'],
    [{ name: 'A', tags: ['c'] }, 'tags[0] must be one of "a", "b"'],
    [{ name: 'A', tags: ['a', 'a'] }, 'tags must have no item twice'],
    [{ name: 'A', size: 0.3 }, 'size fits none of 2 schemas: size must be null, not number'],
    [{ name: 'A', kind: { a: 1 } }, 'kind must be {"a":1,"b":2}'],
    [{ name: 'A', other: 1 }, 'other is not allowed'],
  ])('%j: %s', (value, wrong) => {
    expect(schemaProblems(person)).toEqual([]);
    expect(conforms(person, value)).toBe(wrong);
  });

  it.each<[Json, string]>([
    [{ pattern: '(a+)+$' }, 'the keyword pattern of JSON Schema is not supported'],
    [{ properties: { a: { format: 'email' } } }, 'the keyword format'],
    [{ $ref: '#/definitions/a' }, 'the keyword $ref'],
    [{ if: {} }, 'the keyword if'],
    [{ type: 'text' }, 'type must be one of string'],
    [{ items: { minItems: -1 } }, 'minItems must be a whole number from 0'],
    [{ anyOf: [] }, 'anyOf must be a list of schemas'],
    [{ items: 3 }, 'a JSON Schema is an object'],
    [{ required: 'a' }, 'required must be a list of names'],
  ])('%j is refused: %s', (schema, message) => {
    expect(schemaProblems(schema)[0]?.message).toContain(message);
  });
});
