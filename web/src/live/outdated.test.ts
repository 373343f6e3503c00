import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import type { CadreEvent } from '../api/models.ts';
import { outdatedBy, outdater } from './outdated.ts';

const event = (type: CadreEvent['type'], data: Record<string, unknown> = {}): CadreEvent => ({
  cursor: '0-1',
  at: '2026-11-21T10:00:00.000Z',
  type,
  taskId: null,
  rootId: null,
  agentId: null,
  runId: null,
  data,
});

test('a message makes old its lists, itself, what it answers, and the mailbox of its recipient', () => {
  const data = { messageId: 'm2', inReplyTo: 'm1', to: 'ann', from: 'bob' };
  expect(outdatedBy(event('message.acknowledged', data))).toEqual([
    ['messages'],
    ['message', 'm2'],
    ['message', 'm1'],
    ['mailbox', 'ann'],
    ['dead', 'ann'],
  ]);
  expect(outdatedBy(event('message.sent', { messageId: 'm1' }))).toEqual([['messages'], ['message', 'm1']]);
});

test('teams, votes and topics have keys of their own; a task touches none of them', () => {
  expect(outdatedBy(event('team.topology-changed', { teamId: 't' }))).toEqual([
    ['teams'],
    ['team-history', 't'],
  ]);
  expect(outdatedBy(event('vote.cast', { voteId: 'v' }))).toEqual([['votes']]);
  expect(outdatedBy(event('topic.subscribed'))).toEqual([['topics']]);
  expect(outdatedBy(event('agent.status-changed'))).toEqual([['teams'], ['topics']]);
  expect(outdatedBy(event('task.started'))).toEqual([]);
});

test('workflows and approvals have keys of their own; with a task end its questions', () => {
  expect(outdatedBy(event('workflow.published'))).toEqual([['workflows']]);
  expect(outdatedBy(event('approval.requested'))).toEqual([['approvals']]);
  expect(outdatedBy(event('task.submitted'))).toEqual([['workflows']]);
  const settled = event('task.settled');
  const spent = [['usage'], ['budgets'], ['energy']];
  expect(outdatedBy({ ...settled, taskId: 'root', rootId: 'root' })).toEqual([
    ...spent,
    ['workflows'],
    ['approvals'],
    ['chats'],
  ]);
  expect(outdatedBy(event('task.submitted', { type: 'chat' }))).toEqual([['workflows'], ['chats']]);
  expect(outdatedBy({ ...settled, taskId: 'step', rootId: 'root' })).toEqual(spent);
  expect(outdatedBy(event('usage.compared'))).toEqual([['predictions']]);
});

test('a burst asks for each key once, and the last event is never lost', () => {
  vi.useFakeTimers();
  const client = new QueryClient();
  const asked: unknown[] = [];
  vi.spyOn(client, 'invalidateQueries').mockImplementation(async (filters) => {
    asked.push(filters?.queryKey);
  });
  const tell = outdater(client, 400);
  tell([event('vote.cast'), event('vote.cast')]);
  expect(asked).toEqual([['votes']]);
  tell([event('vote.closed')]);
  tell([event('vote.closed')]);
  expect(asked).toHaveLength(1);
  vi.advanceTimersByTime(400);
  expect(asked).toEqual([['votes'], ['votes']]);
  vi.advanceTimersByTime(400);
  tell([event('task.started')]);
  vi.advanceTimersByTime(1_000);
  expect(asked).toHaveLength(2);
  vi.useRealTimers();
});

test('providers, models, budgets and energy have keys of their own', () => {
  expect(outdatedBy(event('provider.health-changed'))).toEqual([
    ['providers'],
    ['models'],
    ['model'],
    ['model-choice'],
  ]);
  expect(outdatedBy(event('model.priced'))).toEqual([['models'], ['model'], ['model-choice']]);
  expect(outdatedBy(event('budget.warned'))).toEqual([['budgets'], ['usage'], ['alarms']]);
});
