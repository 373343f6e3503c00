import { expect, test } from 'vitest';
import { PAYLOAD_FIELDS, readJson, readPayload } from './payload-form.ts';
import { MESSAGE_TYPES } from './words.ts';

test('what is left out is left out; numbers, words and data become what they are', () => {
  expect(readPayload('status_update', { message: ' Ready. ', progress: '0.5', data: '{"a": [1]}' })).toEqual({
    payload: { message: 'Ready.', progress: 0.5, data: { a: [1] } },
  });
  expect(readPayload('capability_inquiry', { requiredCapabilities: 'a.b, c' })).toEqual({
    payload: { requiredCapabilities: ['a.b', 'c'] },
  });
  expect(readPayload('heartbeat', {})).toEqual({ payload: {} });
});

test.each([
  ['coordination_request', {}, 'requestType'],
  ['error_report', { message: '  ' }, 'message'],
  ['heartbeat', { currentLoad: 'half' }, 'currentLoad'],
  ['status_update', { data: '[1]' }, 'data'],
  ['status_update', { data: '{"a":' }, 'data'],
] as const)('%s with %j is wrong at %s only', (type, typed, field) => {
  const read = readPayload(type, typed);
  expect('problems' in read && Object.keys(read.problems)).toEqual([field]);
});

test('JSON must be an object; nothing is an empty one', () => {
  expect(readJson('{"a": 1}')).toEqual({ payload: { a: 1 } });
  expect(readJson(' ')).toEqual({ payload: {} });
  for (const wrong of ['[]', 'null', '"a"', '{a: 1}'])
    expect(readJson(wrong), wrong).toHaveProperty('problem');
});

test('every type has a form', () => {
  for (const type of MESSAGE_TYPES) expect(PAYLOAD_FIELDS[type].length, type).toBeGreaterThan(0);
});
