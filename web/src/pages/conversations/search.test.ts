import { expect, test } from 'vitest';
import { MESSAGE_STATUSES, MESSAGE_TYPES } from '../../parts/message/words.ts';
import { filterOf, readConversationsSearch } from './search.ts';

test('the address is the filter; what is not understood is left out', () => {
  const read = readConversationsSearch({ agent: 'a', type: 'heartbeat', status: 'dead', topic: 7, x: 1 });
  expect(read).toEqual({ agent: 'a', type: 'heartbeat', status: 'dead', topic: '7' });
  expect(filterOf(read)).toEqual({ agentId: 'a', type: 'heartbeat', status: 'dead', topic: '7' });
  expect(readConversationsSearch({ agent: 1, type: 'nonsense', status: 'open', topic: '' })).toEqual({});
  expect(filterOf({})).toEqual({});
});

test('every type and status that can be chosen can stand in an address', () => {
  for (const type of MESSAGE_TYPES) expect(readConversationsSearch({ type })).toEqual({ type });
  for (const status of MESSAGE_STATUSES) expect(readConversationsSearch({ status })).toEqual({ status });
});
