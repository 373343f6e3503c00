import { expect, test } from 'vitest';
import type { CadreEvent } from '../api/models.ts';
import { EVENT_TYPES } from '../api/types.ts';
import { asText, type EventType, type Names, SENTENCES, sentenceOf } from './sentences.ts';

const names: Names = {
  agent: (id) => ({ chief: 'Chief of Staff', reader: 'Reader 1', other: 'Reader 2' })[id],
  step: (taskId) => (taskId === 'step' ? 'Read budget.xlsx' : undefined),
};
const event = (type: EventType, changes: Partial<CadreEvent> = {}): CadreEvent => ({
  cursor: '0-1',
  at: '2026-01-01T00:00:00.000Z',
  type,
  taskId: 'step',
  rootId: 'root',
  agentId: 'reader',
  runId: null,
  data: {},
  ...changes,
});
const say = (type: EventType, data: Record<string, unknown> = {}, changes: Partial<CadreEvent> = {}) =>
  asText(sentenceOf(event(type, { data, ...changes }), names));

test('every type has a sentence of its own, even when its data is empty or odd', () => {
  expect(Object.keys(SENTENCES).sort()).toEqual([...EVENT_TYPES].sort());
  const odd = {
    name: 7,
    by: null,
    error: 'text',
    steps: 'none',
    step: {},
    from: [],
    sentence: 3,
    score: 'x',
  };
  for (const type of EVENT_TYPES) {
    for (const data of [{}, odd]) {
      const sentence = say(type, data);
      expect(sentence, type).toMatch(/^[A-Z“].{8,}\.$/u);
      expect(sentence, type).not.toMatch(/undefined|null|NaN|\[object/);
      expect(sentence, type).not.toContain(type);
    }
  }
  expect(new Set(EVENT_TYPES.map((type) => say(type))).size).toBe(EVENT_TYPES.length);
});

test('a type of a newer server is named as it is', () => {
  // What a newer server may send.
  expect(asText(sentenceOf(event('moon.landed' as EventType), names))).toBe('moon.landed.');
});

test('sentences name who, what and why', () => {
  expect(say('task.started', { attempt: 2 })).toBe('Reader 1 began “Read budget.xlsx”, attempt 2.');
  expect(say('task.assigned', { name: 'Reader 1', step: 'read-budget-xlsx', because: 'it is free' })).toBe(
    '“Read budget.xlsx” was given to Reader 1: it is free.',
  );
  // A step the page does not know yet is named by its event.
  expect(say('task.assigned', { name: 'Reader 1', step: 'read-a-pdf' }, { taskId: 'unknown' })).toBe(
    '“Read a.pdf” was given to Reader 1.',
  );
  expect(
    say('message.sent', { kind: 'task_delegation', from: 'chief', to: 'reader', subject: 'Read it' }),
  ).toBe('Chief of Staff asked Reader 1 to do: Read it.');
  expect(say('task.settled', { status: 'failed', sentence: 'No text in it' }, { taskId: 'root' })).toBe(
    'The task failed: No text in it.',
  );
  expect(say('task.reassigned', { from: 'reader', name: 'Reader 2', because: 'its agent is offline' })).toBe(
    '“Read budget.xlsx” went from Reader 1 to Reader 2: its agent is offline.',
  );
  expect(say('outcome.recorded', { score: 0, by: 'Ada', comment: 'too long' }, { taskId: 'root' })).toBe(
    'Ada rated the task as not good: too long.',
  );
  expect(say('run.retried', { delayMs: 1_250, error: { message: 'it was away' } })).toBe(
    '“Read budget.xlsx” did not work out and is tried again in 1.3 s: it was away.',
  );
});

test('who is no agent is named as what it is', () => {
  const sent = (from: string) =>
    say('message.sent', { kind: 'coordination_request', from, to: 'reader', subject: 'Go on' });
  expect(sent('key:01a1')).toBe('A person wrote to Reader 1: Go on.');
  expect(sent('vote:01a1')).toBe('The vote wrote to Reader 1: Go on.');
  expect(sent('ask:01a1:0')).toBe('Cadre wrote to Reader 1: Go on.');
  expect(sent('gone')).toBe('An agent wrote to Reader 1: Go on.');
});

test('a question ends with its own mark, and one is not many', () => {
  expect(say('vote.opened', { question: 'Is it ready?' })).toBe('A vote was opened: Is it ready?');
  expect(say('vote.closed', { question: 'Choose', status: 'failed', reason: 'deadline' })).toBe(
    'The vote on Choose failed: too few had answered in time.',
  );
  expect(say('vote.opened', { question: 'Choose' })).toBe('A vote was opened: Choose.');
  expect(say('optimization.evaluated', { evaluations: 1, failed: 0, what: 'width' })).toBe(
    '1 set of parameters of width was evaluated.',
  );
  expect(say('optimization.evaluated', { evaluations: 4, failed: 2, what: 'width' })).toBe(
    '4 sets of parameters of width were evaluated, 2 without success.',
  );
  expect(say('collaboration.started', { members: 1, kind: 'experiment', what: 'Wider lines' })).toBe(
    '1 agent was asked to try out: Wider lines.',
  );
});

test('words of others stand apart from ours', () => {
  const parts = sentenceOf(
    event('task.submitted', { taskId: 'root', data: { goal: '<img src=x onerror=alert(1)>' } }),
    names,
  );
  expect(parts).toContainEqual({ of: '<img src=x onerror=alert(1)>' });
  expect(parts.filter((part) => typeof part === 'string').join('')).not.toContain('img');
});

test('one full stop is enough', () => {
  expect(say('task.settled', { status: 'failed', sentence: 'It has no text.' }, { taskId: 'root' })).toBe(
    'The task failed: It has no text.',
  );
});
