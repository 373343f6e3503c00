import { z } from 'zod';
import type { EventLog } from '../platform/events/events.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { insertContextVersion, selectContext } from '../platform/store/conversation-context.ts';
import { hasConversation } from '../platform/store/conversations.ts';
import { selectRecipients } from '../platform/store/mailboxes.ts';
import type { ConversationContextRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { Party } from './accept.ts';
import { partySchema } from './conversation.ts';
import { type NameOf, namesOf } from './parties.ts';
import { senderOf } from './send.ts';

/** Largest value, as JSON. Long material is a file. */
export const MAX_VALUE_BYTES = 16_384;
/** Keys with a value, and what all of them may hold. */
export const MAX_KEYS = 100;
export const MAX_CONTEXT_BYTES = 262_144;
/** Every version is kept, so they end somewhere. */
export const MAX_VERSIONS = 10_000;

/** A version of what is shared under a key. */
export const sharedSchema = z.object({
  key: z.string(),
  /** Null: taken back. */
  value: z.unknown(),
  version: z.number().int(),
  setBy: partySchema,
  setAt: z.string(),
});
export type Shared = z.output<typeof sharedSchema>;

export interface Sharing {
  key: string;
  value: unknown;
  /** The version that the setter saw; 0: none yet. Without it the last one wins. */
  expectedVersion?: number | undefined;
  /** The agent that shares; without it, it is the caller. */
  from?: string | undefined;
}

/**
 * Shares a value in a conversation as the next version of its key; null takes it back.
 * @throws CadreError `conversation/not-found`, `conversation/version-conflict`, `conversation/context-full`,
 * `agent/not-found`
 */
export async function share(
  tx: TenantTx,
  { events }: { events: EventLog },
  caller: Caller,
  conversationId: string,
  sharing: Sharing,
): Promise<Shared> {
  if (!(await hasConversation(tx, conversationId)))
    throw new CadreError('conversation/not-found', { id: conversationId });
  const by = await setterOf(tx, caller, sharing.from);
  const value = sharing.value === null ? null : JSON.stringify(sharing.value);
  const { key, expectedVersion } = sharing;
  for (;;) {
    const all = await selectContext(tx, conversationId);
    const version = all.find((row) => row.key === key)?.version ?? 0;
    if (expectedVersion !== undefined && expectedVersion !== version)
      throw new CadreError('conversation/version-conflict', { key, version, expectedVersion });
    if (version >= MAX_VERSIONS) throw full(`${version} versions of "${key}"`, `${MAX_VERSIONS} versions`);
    checkRoom(all, key, value);
    const row = await insertContextVersion(tx, {
      conversation_id: conversationId,
      key,
      version: version + 1,
      value,
      set_by: by.id,
      set_by_type: by.type,
    });
    if (!row) continue; // somebody was faster: looked at again, with what they wrote
    const nameOf = await namesOf(tx, [by]);
    const name = by.type === 'agent' ? nameOf(by.id) : caller.actor.name;
    await events.append(tx, [
      {
        tenantId: tx.tenantId,
        type: 'conversation.shared',
        agentId: by.type === 'agent' ? by.id : null,
        data: {
          conversationId,
          key,
          version: row.version,
          by: name,
          ...(value === null && { removed: true }),
        },
      },
    ]);
    return toShared(row, nameOf);
  }
}

/** A row as people and agents see it. */
export function toShared(row: ConversationContextRow, nameOf: NameOf): Shared {
  const setBy = { id: row.set_by, type: row.set_by_type, name: nameOf(row.set_by) };
  return {
    key: row.key,
    value: row.value === null ? null : JSON.parse(row.value),
    version: row.version,
    setBy: partySchema.parse(setBy),
    setAt: toRfc3339(row.set_at),
  };
}

/** What a conversation shares now, by key. */
export async function sharedIn(tx: TenantTx, conversationId: string): Promise<Shared[]> {
  const rows = (await selectContext(tx, conversationId)).filter((row) => row.value !== null);
  const nameOf = await namesOf(tx, settersOf(rows));
  return rows.map((row) => toShared(row, nameOf));
}

/** Who set these. */
export const settersOf = (rows: ConversationContextRow[]) =>
  rows.map((row) => ({ id: row.set_by, type: row.set_by_type }));

async function setterOf(tx: TenantTx, caller: Caller, from: string | undefined): Promise<Party> {
  const party = senderOf(caller, from);
  if (party.type === 'person') return party;
  const found = await selectRecipients(tx, [party.id]);
  const agent = found.find((one) => one.id === party.id) ?? found[0];
  if (!agent) throw new CadreError('agent/not-found', { id: party.id });
  return { type: 'agent', id: agent.id };
}

/** @throws CadreError `conversation/context-full` */
function checkRoom(all: ConversationContextRow[], key: string, value: string | null): void {
  if (value === null) return;
  const bytes = Buffer.byteLength(value);
  if (bytes > MAX_VALUE_BYTES) throw full(`a value of ${bytes} bytes`, `${MAX_VALUE_BYTES} bytes for one`);
  const others = all.filter((row) => row.key !== key && row.value !== null);
  if (others.length >= MAX_KEYS) throw full(`${others.length + 1} keys`, `${MAX_KEYS} keys`);
  const sum = others.reduce((total, row) => total + Buffer.byteLength(row.value ?? ''), bytes);
  if (sum > MAX_CONTEXT_BYTES) throw full(`${sum} bytes in all`, `${MAX_CONTEXT_BYTES} bytes`);
}

const full = (what: string, limit: string) => new CadreError('conversation/context-full', { what, limit });
