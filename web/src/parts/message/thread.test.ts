import { expect, test } from 'vitest';
import { sampleMessage } from './sample.ts';
import { DEEPEST, threadOf } from './thread.ts';

const shown = (messages: Parameters<typeof threadOf>[0]) =>
  threadOf(messages).map(({ message, depth }) => `${message.id}:${depth}`);

test('answers stand below what they answer, oldest first, whatever comes between', () => {
  const messages = [
    sampleMessage({ id: 'm4', inReplyTo: 'm1' }),
    sampleMessage({ id: 'm3', inReplyTo: 'm2' }),
    sampleMessage({ id: 'm2' }),
    sampleMessage({ id: 'm1' }),
  ];
  expect(shown(messages)).toEqual(['m1:0', 'm4:1', 'm2:0', 'm3:1']);
});

test('an answer to what was not read yet stands at the left; nothing stands below itself', () => {
  expect(shown([sampleMessage({ id: 'm5', inReplyTo: 'm0' })])).toEqual(['m5:0']);
  expect(shown([sampleMessage({ id: 'm5', inReplyTo: 'm5' })])).toEqual(['m5:0']);
  const loop = [sampleMessage({ id: 'm1', inReplyTo: 'm2' }), sampleMessage({ id: 'm2', inReplyTo: 'm1' })];
  expect(shown(loop)).toEqual(['m1:0', 'm2:1']);
});

test('a long chain goes no further to the right, and loses nothing', () => {
  const chain = Array.from({ length: 3_000 }, (_, index) => {
    const id = String(index).padStart(4, '0');
    return sampleMessage({ id, inReplyTo: index === 0 ? null : String(index - 1).padStart(4, '0') });
  });
  const thread = threadOf(chain);
  expect(thread).toHaveLength(3_000);
  expect(Math.max(...thread.map(({ depth }) => depth))).toBe(DEEPEST);
});

test('in a team, what is handed on stands below what was handed over', () => {
  const said = { conversationId: 'team:t', correlationId: 's' };
  const messages = [
    sampleMessage({ ...said, id: 'm1', senderId: 'you', recipientId: 'lead' }),
    sampleMessage({ ...said, id: 'm2', senderId: 'lead', recipientId: 'ann' }),
    sampleMessage({ ...said, id: 'm3', senderId: 'ann', recipientId: 'bob' }),
    sampleMessage({ ...said, id: 'm4', correlationId: 'other', senderId: 'lead', recipientId: 'ann' }),
  ];
  expect(shown(messages)).toEqual(['m1:0', 'm2:1', 'm3:2', 'm4:0']);
});
