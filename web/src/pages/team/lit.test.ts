import { expect, test } from 'vitest';
import type { CadreEvent } from '../../api/models.ts';
import { hopKey, LIT_MS, litAfter } from './lit.ts';

const hop = (from: string, to: string, changes: Record<string, unknown> = {}): CadreEvent => ({
  cursor: '0-1',
  at: '2026-11-21T10:00:00.000Z',
  type: 'message.sent',
  taskId: null,
  rootId: null,
  agentId: to,
  runId: null,
  data: { from, to, conversationId: 'team:t', ...changes },
});

test('a hop of the team glows for its time, then no more', () => {
  const lit = litAfter(new Map(), [hop('a', 'b')], 't', 1_000);
  expect([...lit]).toEqual([[hopKey('a', 'b'), 1_000 + LIT_MS]]);
  expect(litAfter(lit, [], 't', 1_000 + LIT_MS - 1)).toBe(lit);
  expect(litAfter(lit, [], 't', 1_000 + LIT_MS).size).toBe(0);
});

test('messages of others and other events light nothing', () => {
  const none = new Map();
  expect(litAfter(none, [hop('a', 'b', { conversationId: 'direct:a' })], 't', 0)).toBe(none);
  expect(litAfter(none, [{ ...hop('a', 'b'), type: 'message.acknowledged' }], 't', 0)).toBe(none);
});
