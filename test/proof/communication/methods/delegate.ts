import { strict as assert } from 'node:assert';
import type { Delegation } from '../../../../src/coordination/delegation/delegation.ts';
import type { Message } from '../../../../src/messages/message.ts';
import { call, idOf, pidIn, soon } from '../ask.ts';
import type { Method } from '../method.ts';

/** By turns one that is called over HTTP and one that takes its work from its mailbox. */
const DOERS = ['Called doer', 'Pulling doer'];
const PATIENCE_MS = 10_000;
/** In so long it must be taken in hand: the first is enough on an idle machine, the next are for busy ones. */
const TIMEOUTS_MS = [60, 400, 2_500];

export const delegate: Method = {
  id: '2',
  name: 'delegation with a timeout',
  semantics:
    'Work is handed to one agent; the answer is completed, failed, timeout or error with result and metrics, and what ' +
    'comes after the time is up changes nothing.',
  operations: ['agents.delegate', 'delegations.get'],
  effect:
    'the result is that of this round, and the answer lies in the mailbox of who delegated; in every round another ' +
    'delegation times out and its late answer is ignored',
  broken: { how: 'the agents say that they are done without having done anything' },
  async prepare(world) {
    const hand = (name: string, more: object) =>
      call<Delegation>(world, 'agents.delegate', {
        id: idOf(world, name),
        from: 'Delegator',
        type: 'proof.double',
        waitMs: PATIENCE_MS,
        ...more,
      });
    let lateOnes = 0;
    /** A delegation that its agent takes in hand in time and answers too late. */
    async function timeOut(): Promise<Delegation> {
      lateOnes += 1;
      for (const timeoutMs of TIMEOUTS_MS) {
        const { id } = await hand('Late doer', { params: { n: lateOnes }, timeoutMs, waitMs: 0 });
        const seen = await call<Delegation>(world, 'delegations.get', { id, waitMs: PATIENCE_MS });
        const { items } = await call<{ items: Message[] }>(world, 'messages.list', { taskId: id });
        if (
          items.some(
            (one) => one.recipientId === idOf(world, 'Late doer') && one.seq !== null && one.deliveredAt,
          )
        )
          return seen;
      }
      throw new Error('the agent never took its work in hand in time');
    }
    return {
      async once(round) {
        const name = DOERS[round % DOERS.length] ?? '';
        const done = await hand(name, { params: { n: round } });
        assert.equal(done.status, 'completed', done.error?.message ?? done.status);
        assert.equal(
          (done.result as { double?: number } | null)?.double,
          2 * round,
          'it is the result of this round',
        );
        return async () => {
          const { totalMs, workMs } = done.metrics;
          assert.ok(totalMs !== null && workMs !== null && totalMs >= workMs, 'it was measured');
          const message = await call<Message & { replies: Message[] }>(world, 'messages.get', {
            id: done.messageId,
          });
          assert.equal(message.status, 'acknowledged');
          const answer = message.replies.find((one) => one.recipientId === idOf(world, 'Delegator'));
          assert.equal(
            (answer?.payload.data as { taskId?: string } | undefined)?.taskId,
            done.id,
            'it was answered',
          );
          return {
            evidence: [
              { type: 'message.sent', about: done.messageId },
              { type: 'task.settled', about: done.id },
              { type: 'message.sent', about: answer?.id ?? '' },
            ],
            handledBy: pidIn(done.result),
          };
        };
      },
      twins: [
        {
          says: 'what takes longer than its time ends as timeout, and its late answer changes nothing',
          everyRound: true,
          async refuses() {
            const seen = await timeOut();
            assert.deepEqual([seen.status, seen.result], ['timeout', null]);
            const later = await soon(async () => {
              const now = await call<Delegation>(world, 'delegations.get', { id: seen.id });
              return now.late && now;
            }, 'the late answer');
            assert.deepEqual({ ...later, late: false }, { ...seen, late: false }, 'nothing else has changed');
            return seen.error?.code ?? '';
          },
        },
        {
          says: 'what the agent does not offer fails at once',
          async refuses() {
            const refused = await hand(DOERS[0] ?? '', { type: 'proof.juggle' });
            assert.equal(refused.status, 'failed');
            return refused.error?.code ?? '';
          },
        },
      ],
    };
  },
};
