import { strict as assert } from 'node:assert';
import type { Message } from '../../../../src/messages/message.ts';
import type { Answer } from '../../../../src/messages/reply.ts';
import { newId } from '../../../../src/platform/kernel/ids.ts';
import { call, ended, idOf } from '../ask.ts';
import type { Method } from '../method.ts';

/** What agents share (FEATURES CO-5). */
const KINDS = ['algorithm_parameters', 'performance_insights', 'best_practices', 'learned_patterns'];

interface Note {
  fromId: string;
  messageId: string;
  kind: string;
  subject: string;
  content: unknown;
}

export const share: Method = {
  id: '9',
  name: 'knowledge shared',
  semantics:
    'What one agent shares is acknowledged with who stored it, and stays where the receiver finds it again.',
  operations: ['messages.send', 'messages.reply', 'agents.notes'],
  effect: 'the notes of the receiver hold the content, found by its words, with who shared it',
  broken: {
    how: 'the receiver acknowledges and keeps nothing (`CADRE_FAULTS=deaf:share_knowledge`)',
    faults: ['deaf:share_knowledge'],
  },
  async prepare(world) {
    const mark = newId().replaceAll('-', '');
    const tell = (data: object) =>
      call<Message>(world, 'messages.send', {
        from: 'Sharer',
        to: 'Keeper',
        type: 'coordination_request',
        payload: { requestType: 'share_knowledge', data },
        requiresResponse: true,
      });
    const find = async (text: string) =>
      (await call<{ items: Note[] }>(world, 'agents.notes', { id: idOf(world, 'Keeper'), text })).items;
    return {
      async once(round) {
        const kind = KINDS[round % KINDS.length];
        const word = `finding${mark}x${round}x`; // found by itself, whatever was shared before
        const sent = await tell({ kind, subject: `About ${word}`, content: { [word]: round } });
        const answer = await call<Answer>(world, 'messages.reply', { id: sent.id, waitMs: 5_000 });
        const notes = await find(word);
        return async () => {
          assert.equal(answer.status, 'answered', 'the receiver answered');
          const { received, storedBy, noteId } = (answer.reply?.payload.data ?? {}) as Record<string, string>;
          assert.deepEqual([received, storedBy], [true, idOf(world, 'Keeper')], 'it says who stored it');
          assert.equal(notes.length, 1, 'it is found once by its words');
          const [note] = notes;
          assert.deepEqual(
            [note?.fromId, note?.messageId, note?.kind, note?.content],
            [idOf(world, 'Sharer'), sent.id, kind, { [word]: round }],
          );
          return {
            evidence: [
              { type: 'message.sent', about: sent.id },
              { type: 'note.kept', about: noteId ?? '' },
              { type: 'message.acknowledged', about: sent.id },
            ],
          };
        };
      },
      twins: [
        {
          says: 'what has no subject is not kept, and the sender is told',
          async refuses() {
            const sent = await tell({ kind: 'best_practices', content: `without${mark}` });
            const answer = await call<Answer>(world, 'messages.reply', { id: sent.id, waitMs: 5_000 });
            assert.equal(answer.status, 'failed');
            assert.equal((await ended(world, sent.id)).status, 'failed');
            assert.deepEqual(await find(`without${mark}`), []);
            return `failed: ${answer.error?.slice(0, 60)}`;
          },
        },
      ],
    };
  },
};
