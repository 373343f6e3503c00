import { expect, it } from 'vitest';
import { CadreError } from '../platform/kernel/errors.ts';
import type { MessageType } from './message.ts';
import { type Asking, askedBy, refusePingPong } from './ping-pong.ts';

const agent = (name: string) => ({ id: name.toLowerCase(), name });
const ask = (from: string, to: string, type: MessageType, payload: Record<string, unknown>): Asking => ({
  from: agent(from),
  to: agent(to),
  type,
  payload,
});
/** A message as the next one finds it. */
const parentOf = (asking: Asking, before?: Parameters<typeof askedBy>[0]) => ({
  type: asking.type,
  payload: JSON.stringify(asking.payload),
  sender_id: asking.from.id,
  asked: askedBy(before, asking),
});
const refusal = (parent: Parameters<typeof refusePingPong>[0], asking: Asking) => {
  try {
    refusePingPong(parent, asking);
    return undefined;
  } catch (error) {
    return error instanceof CadreError ? error : undefined;
  }
};
const review = { requestType: 'review', data: { file: 'a.ts' } };

it('refuses to hand a matter back, also over others, and names the chain', () => {
  const first = parentOf(ask('Ada', 'Ben', 'coordination_request', review));
  const back = refusal(first, ask('Ben', 'Ada', 'coordination_request', { ...review }));
  expect(back?.code).toBe('message/ping-pong');
  expect(back?.message).toContain('Ada → Ben → Ada');
  const second = parentOf(ask('Ben', 'Cid', 'coordination_request', review), first);
  const round = refusal(second, ask('Cid', 'Ada', 'coordination_request', review));
  expect(round?.message).toContain('Ada → Ben → Cid → Ada');
});

it('knows the same task under another title, and the same title under another task', () => {
  const first = parentOf(ask('Ada', 'Ben', 'task_delegation', { taskId: 't1', title: 'Brief' }));
  const back = (payload: Record<string, unknown>) =>
    refusal(first, ask('Ben', 'Ada', 'task_delegation', payload))?.code;
  expect(back({ taskId: 't1', title: 'Your turn' })).toBe('message/ping-pong');
  expect(back({ taskId: 't2', title: 'brief ' })).toBe('message/ping-pong');
  expect(back({ taskId: 't2', title: 'Find the figures' })).toBeUndefined();
});

it('knows a delegation that keeps no chain', () => {
  const parent = {
    type: 'task_delegation',
    payload: JSON.stringify({ taskId: 't1', title: 'Brief' }),
    sender_id: 'ada',
    asked: null,
  };
  expect(refusal(parent, ask('Ben', 'Ada', 'task_delegation', { taskId: 't1', title: 'Brief' }))?.code).toBe(
    'message/ping-pong',
  );
});

it('twin: a clarification, asking once more, an answer and a fresh request pass', () => {
  const first = parentOf(ask('Ada', 'Ben', 'coordination_request', review));
  const other = { requestType: 'review', data: { file: 'a.ts', which: 'lines' } };
  expect(refusal(first, ask('Ben', 'Ada', 'coordination_request', other))).toBeUndefined();
  expect(refusal(first, ask('Ben', 'Ada', 'coordination_response', review))).toBeUndefined();
  const answered = parentOf(ask('Ben', 'Ada', 'coordination_response', { data: {} }), first);
  expect(refusal(answered, ask('Ada', 'Ben', 'coordination_request', review))).toBeUndefined();
  expect(refusal(undefined, ask('Ben', 'Ada', 'coordination_request', review))).toBeUndefined();
});
