import { z } from 'zod';
import { namesOf } from '../../messages/parties.ts';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import { selectNotes } from '../../platform/store/notes.ts';
import type { Store } from '../../platform/store/transaction.ts';
import { type Tool, tool } from './tool.ts';
import type { ToolWork } from './toolbox.ts';

/** What is shown of one note; a note may hold as much as a message. */
const NOTE_CHARACTERS = 4_000;

/** Finds what others told the agent and it kept (`share_knowledge`). Those of other agents it cannot ask for. */
export function notesTool({ store }: { store: Pick<Store, 'read'> }, work: ToolWork): Tool {
  const { tenantId, agentId } = work.order;
  return tool({
    name: 'notes.search',
    description: 'Finds what other agents told you before and you kept, newest first.',
    effect: 'read',
    input: z.strictObject({
      text: z.string().min(1).max(200).optional().describe('Stands in the subject or content'),
      limit: z.number().int().min(1).max(30).default(8),
    }),
    run: ({ text, limit }) =>
      store.read(tenantId, async (tx) => {
        const rows = await selectNotes(tx, { agentId, limit, ...(text !== undefined && { text }) });
        // Ids of people have a colon, those of agents none.
        const senders = rows.map(({ from_id: id }) => ({ id, type: id.includes(':') ? 'person' : 'agent' }));
        const nameOf = await namesOf(tx, senders);
        return {
          notes: rows.map((row) => ({
            from: nameOf(row.from_id),
            at: toRfc3339(row.created_at),
            kind: row.kind,
            subject: row.subject,
            content: row.data.slice(0, NOTE_CHARACTERS).toWellFormed(),
          })),
        };
      }),
  });
}
