import { z } from 'zod';
import { namesOf } from '../../messages/parties.ts';
import { brief } from '../../messages/words.ts';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import type { ChatRow } from '../../platform/store/chats.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';

/** Of what was said, in a list. */
const WORDS = 200;

/** A chat in the list of those with an agent. */
export const listedChatSchema = z.object({
  /** Of the chat: what `agents.showChat` and `agents.chat` take. */
  id: z.string(),
  /** How often a person said something. */
  turns: z.number().int(),
  /** The beginning of what was said first and last. */
  firstSaid: z.string(),
  lastSaid: z.string(),
  /** Who began it. */
  by: z.string(),
  beganAt: z.string(),
  lastAt: z.string(),
  /** Of the task that answers what was said last. */
  lastTask: z.string(),
  status: z.string(),
});

/** Rows of chats as people see them. */
export async function listedChats(
  tx: TenantTx,
  rows: readonly ChatRow[],
): Promise<Array<z.output<typeof listedChatSchema>>> {
  const nameOf = await namesOf(
    tx,
    rows.map((row) => ({ id: row.first_said_by, type: 'person' })),
  );
  return rows.map((row) => ({
    id: row.chat_id,
    turns: row.turns,
    firstSaid: brief(row.first_said, WORDS),
    lastSaid: brief(row.last_said, WORDS),
    by: nameOf(row.first_said_by),
    beganAt: toRfc3339(row.began_at),
    lastAt: toRfc3339(row.last_at),
    lastTask: row.id,
    status: row.status,
  }));
}
