import { expect, test } from 'vitest';
import { conversationsOf, listedConversation } from './conversations.ts';
import type { Message } from './models.ts';

const message = (changes: Partial<Message>): Message =>
  ({
    id: 'm1',
    conversationId: 'direct:ann',
    senderId: 'ann',
    senderType: 'agent',
    recipientId: 'bob',
    recipientType: 'agent',
    status: 'acknowledged',
    redrivenAs: null,
    taskId: null,
    ...changes,
  }) as Message; // only what makes a conversation

test('messages, newest first, become conversations with who takes part and what is open or was not handled', () => {
  const found = conversationsOf([
    message({ id: 'm5', conversationId: 'team:t', status: 'sent' }),
    message({ id: 'm4', senderId: 'bob', recipientId: 'ann', status: 'dead' }),
    message({ id: 'm3', conversationId: 'team:t', recipientId: 'eve', status: 'failed', redrivenAs: 'm9' }),
    message({ id: 'm2', recipientType: 'person', recipientId: 'key:1', status: 'delivered' }),
    message({ id: 'm1' }),
  ]);
  expect(found.map(({ id, messages, open, broken }) => [id, messages, open, broken])).toEqual([
    ['team:t', 2, 1, 0],
    ['direct:ann', 3, 0, 1],
  ]);
  expect(found[0]?.last?.id).toBe('m5');
  expect(found[1]?.parties.map(({ id }) => id)).toEqual(['bob', 'ann', 'key:1']);
  expect(conversationsOf([])).toEqual([]);
});

test('what the server lists is the same, with its names; one that a chief began is about a task', () => {
  const party = { id: 'ann', type: 'agent' as const, name: 'Ann' };
  const item = {
    id: '01890000-0000-7000-8000-000000000000',
    participants: [{ ...party, sent: 1, received: 0 }],
    participantCount: 1,
    messages: 4,
    open: 1,
    lastSubject: 'Read it',
    lastAt: '2026-11-21T10:00:00.000Z',
    startedBy: party,
    startedAt: '2026-11-21T09:00:00.000Z',
  };
  expect(listedConversation(item)).toMatchObject({
    messages: 4,
    open: 1,
    isAboutTask: true,
    parties: [party],
  });
  expect(listedConversation({ ...item, id: 'my own' }).isAboutTask).toBe(false);
  const person = { ...party, type: 'person' as const };
  expect(listedConversation({ ...item, startedBy: person }).isAboutTask).toBe(false);
});
