import { expect, test } from 'vitest';
import { sampleMessage } from './sample.ts';
import { contentOf, isOpen, kindOf, priorityWords, toneOf } from './words.ts';

test('a conversation is named by what its id says', () => {
  expect(kindOf('team:t1')).toEqual({ kind: 'team', of: 't1' });
  expect(kindOf('topic:tasks.result')).toEqual({ kind: 'topic', of: 'tasks.result' });
  expect(kindOf('direct:key:k1')).toEqual({ kind: 'direct', of: 'key:k1' });
  for (const kind of ['task', 'collaboration', 'solution', 'optimization', 'events'] as const)
    expect(kindOf(`${kind}:01a1`)).toEqual({ kind, of: '01a1' });
  expect(kindOf('vote:')).toEqual({ kind: 'other', of: 'vote:' });
  expect(kindOf('my own words')).toEqual({ kind: 'other', of: 'my own words' });
  expect(kindOf('01a', true)).toEqual({ kind: 'task', of: '01a' });
});

test('the content is one sentence where the type tells how', () => {
  const said = (type: Parameters<typeof contentOf>[0]['type'], payload: Record<string, unknown>) =>
    contentOf({ type, payload });
  expect(said('status_update', { message: 'Ready.' })).toBe('Ready.');
  expect(said('coordination_request', { requestType: 'vote', data: { question: 'Ready?' } })).toBe('Ready?');
  expect(said('coordination_response', { requestType: 'vote', data: { choice: ['a', 'b'] } })).toBe('a, b');
  expect(said('coordination_response', { requestType: 'vote', data: { choice: null } })).toBe('abstains');
  expect(said('status_update', {})).toBeUndefined();
  const handOn = { type: 'error_report', payload: { message: 'It broke.' } };
  expect(said('status_update', { message: 'Handed on …', data: { handOn } })).toBe('It broke.');
});

test('what outsiders put in a payload breaks no sentence', () => {
  for (const data of [null, 7, 'text', [], { handOn: null }, { handOn: { type: 'x', payload: 1 } }])
    expect(contentOf({ type: 'coordination_request', payload: { requestType: 'ping', data } })).toBe('ping');
});

test('an answer that reached a person is not open; one that an agent has in hand is', () => {
  const delivered = sampleMessage({ status: 'delivered' });
  expect([isOpen(delivered), toneOf(delivered)]).toEqual([true, 'works']);
  const toPerson = sampleMessage({ status: 'delivered', recipientType: 'person' });
  expect([isOpen(toPerson), toneOf(toPerson)]).toEqual([false, 'done']);
});

test('priorities have names, or their number', () => {
  expect([25, 50, 75, 100, 60].map(priorityWords)).toEqual(['low', 'normal', 'high', 'urgent', '60']);
});
