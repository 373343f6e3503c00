import { describe, expect, test } from 'vitest';
import type { MessageWithReplies } from '../../api/models.ts';
import { receiptsOf, replyStateOf } from './receipts.ts';
import { sampleMessage } from './sample.ts';

const names = (changes: Parameters<typeof sampleMessage>[0]) =>
  receiptsOf(sampleMessage(changes)).map(({ name }) => name);
const at = '2026-11-21T10:00:01.000Z';

describe('receipts', () => {
  test('go from sent over delivered to how it ended, with what it waits for in between', () => {
    expect(names({})).toEqual(['sent', 'waits']);
    expect(names({ status: 'delivered', deliveredAt: at })).toEqual(['sent', 'delivered', 'waits']);
    expect(names({ status: 'acknowledged', deliveredAt: at, acknowledgedAt: at })).toEqual([
      'sent',
      'delivered',
      'acknowledged',
    ]);
    expect(names({ status: 'expired' })).toEqual(['sent', 'expired']);
  });

  test('tell retries and why it was given up, and that a copy was sent', () => {
    const steps = receiptsOf(
      sampleMessage({
        status: 'dead',
        deliveredAt: at,
        retryCount: 3,
        error: 'Nobody answers.',
        redrivenAs: 'm2',
      }),
    );
    expect(steps.map(({ name }) => name)).toEqual(['sent', 'delivered', 'dead', 'redriven']);
    expect(steps[1]?.note).toContain('3 times');
    expect(steps[2]).toMatchObject({ tone: 'broken', note: 'Nobody answers.' });
  });

  test('an answer to a person is where it should be: nobody has it in hand', () => {
    expect(names({ status: 'delivered', deliveredAt: at, recipientType: 'person' })).toEqual([
      'sent',
      'delivered',
    ]);
  });
});

describe('the reply', () => {
  const asked = (changes: Partial<MessageWithReplies> = {}): MessageWithReplies => ({
    ...sampleMessage({ requiresResponse: true, responseDeadline: '2026-11-21T10:00:30.000Z' }),
    replies: [],
    ...changes,
  });
  const answer = sampleMessage({ id: 'm2', senderId: 'bob', recipientId: 'ann', inReplyTo: 'm1' });
  const inTime = Date.parse('2026-11-21T10:00:10.000Z');
  const tooLate = Date.parse('2026-11-21T10:01:00.000Z');

  test('is awaited until its time is over', () => {
    expect(replyStateOf(asked(), inTime).kind).toBe('awaited');
    expect(replyStateOf(asked(), tooLate).kind).toBe('overdue');
    expect(replyStateOf(asked({ requiresResponse: false }), inTime).kind).toBe('not-wanted');
  });

  test('is the one of who was asked; a late one changes nothing, a message of others is none', () => {
    expect(replyStateOf(asked({ replies: [answer] }), tooLate).kind).toBe('answered');
    expect(replyStateOf(asked({ replies: [{ ...answer, late: true }] }), tooLate).kind).toBe('late');
    expect(replyStateOf(asked({ replies: [{ ...answer, senderId: 'eve' }] }), inTime).kind).toBe('awaited');
  });

  test('of what was given up will never come, and why', () => {
    expect(replyStateOf(asked({ status: 'failed', error: 'No handler.' }), inTime)).toEqual({
      kind: 'none',
      because: 'No handler.',
    });
  });
});
