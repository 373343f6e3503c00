import { z } from 'zod';
import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { isId } from '../platform/kernel/ids.ts';
import { operation } from '../platform/kernel/operation.ts';
import { selectContextVersions } from '../platform/store/conversation-context.ts';
import {
  countConversation,
  hasConversation,
  selectBriefs,
  selectDecisions,
  selectLatest,
  selectOfConversation,
} from '../platform/store/conversations.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { given, pageById, pageOf, pagesUpTo } from '../tenants/page.ts';
import {
  conversationIdSchema,
  conversationSchema,
  threadedSchema,
  toThreaded,
  viewConversations,
} from './conversation.ts';
import { agentFilter } from './mailbox.ts';
import { namesOf, partiesOf } from './parties.ts';
import { readWindow } from './read-window.ts';
import { settersOf, share, sharedIn, sharedSchema, toShared } from './share.ts';
import { ITEMS_SHOWN, type Summary, summarize, summarySchema } from './summary.ts';
import { MIN_WINDOW_CHARACTERS } from './window.ts';

interface Needs {
  store: Store;
  events: EventLog;
}

const someId = 'direct:key:abc';
const byId = z.object({ id: conversationIdSchema });
const agentId = z.string().max(80).optional();
const keySchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'letters, digits, . _ : and -, at most 100');
/** What a summary looks at: the newest messages, with what they carry where it is short. */
const SUMMARY_MESSAGES = 2_000;
const SUMMARY_PAYLOAD_CHARACTERS = 4_000;

/** What people and agents can do with conversations. */
export const conversationOperations = [
  operation({
    name: 'conversations.list',
    summary: 'Conversations with who takes part, how much was said and what is open; newest activity first.',
    route: { method: 'GET', path: '/conversations' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      /** Those in which this agent (its id or name) takes part, by its newest message in them. */
      agentId,
      cursor: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    output: pageOf(conversationSchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, { agentId: agent, ...page }) =>
      store.read(caller.tenantId, async (tx) => {
        const only = await agentFilter(tx, agent);
        const { items, nextCursor } = await pageById(
          page,
          ({ beforeId, limit }) => selectLatest(tx, { ...only, ...given({ before: beforeId }), limit }),
          (row) => row.conversation_id,
        );
        const views = await viewConversations(tx, items);
        return { items: items.flatMap((id) => views.get(id) ?? []), nextCursor };
      }),
  }),
  operation({
    name: 'conversations.get',
    summary: 'The messages of one conversation, oldest first, with threads and receipts, and what it shares.',
    route: { method: 'GET', path: '/conversations/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId.extend({
      /** Only messages to and from this agent (its id or name). */
      agentId,
      ...pagesUpTo(200),
    }),
    output: z.object({
      /** Who takes part and how much there is; on the first page only. */
      conversation: conversationSchema.nullable(),
      context: z.array(sharedSchema),
      items: z.array(threadedSchema),
      nextCursor: z.string().nullable(),
    }),
    example: { id: someId, limit: 10 },
    run: ({ store }: Needs, caller, { id, agentId: agent, cursor, limit }) =>
      store.read(caller.tenantId, async (tx) => {
        if (cursor !== undefined && !isId(cursor)) throw new CadreError('request/bad-cursor', { cursor });
        const rows = await selectOfConversation(tx, id, {
          ...(await agentFilter(tx, agent)),
          ...given({ after: cursor }),
          order: 'asc',
          limit: limit + 1,
        });
        if (rows.length === 0) await mustExist(tx, id);
        const shown = rows.slice(0, limit);
        const nameOf = await namesOf(tx, partiesOf(shown));
        const view = cursor === undefined ? (await viewConversations(tx, [id])).get(id) : undefined;
        return {
          conversation: view ?? null,
          context: await sharedIn(tx, id),
          items: shown.map((row) => toThreaded(row, nameOf)),
          nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
        };
      }),
  }),
  operation({
    name: 'conversations.window',
    summary: 'What an agent needs to go on: what is shared, then the newest messages that fit into a limit.',
    route: { method: 'GET', path: '/conversations/{id}/window' },
    permission: 'viewer',
    effect: 'read',
    input: byId.extend({
      /** Only messages to and from this agent (its id or name). */
      agentId,
      /** The text has at most so many Unicode code points. */
      maxCharacters: z.coerce.number().int().min(MIN_WINDOW_CHARACTERS).max(200_000).default(8_000),
      maxMessages: z.coerce.number().int().min(1).max(200).default(50),
    }),
    output: z.object({
      conversationId: z.string(),
      text: z.string(),
      characters: z.number().int(),
      messageIds: z.array(z.string()),
      contextKeys: z.array(z.string()),
      /** What is not in the text; `characters` are those of subjects and payloads. */
      leftOut: z.object({
        messages: z.number().int(),
        characters: z.number().int(),
        contextKeys: z.number().int(),
      }),
      /** The newest message alone was too long and is shown in part. */
      cut: z.boolean(),
    }),
    example: { id: someId, maxCharacters: 4_000 },
    run: ({ store }: Needs, caller, { id, ...options }) =>
      store.read(caller.tenantId, async (tx) => ({
        conversationId: id,
        ...(await readWindow(tx, id, options)),
      })),
  }),
  operation({
    name: 'conversations.share',
    summary: 'Shares a value with everybody in a conversation, under a key; null takes it back.',
    route: { method: 'POST', path: '/conversations/{id}/context' },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({
      key: keySchema,
      /** Any JSON of at most 16 KB. */
      value: z.json(),
      /** Only if this is the version now (0: none yet); without it the last one wins. */
      expectedVersion: z.coerce.number().int().min(0).optional(),
      /** Id or name of the agent that shares it; without it, it is you. */
      from: z.string().min(1).max(80).optional(),
    }),
    output: sharedSchema,
    example: { id: someId, key: 'goal', value: 'Ship on Friday.', expectedVersion: 0 },
    run: (needs: Needs, caller, { id, ...sharing }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const shared = await share(tx, needs, caller, id, sharing);
        await keepAnswer(tx, caller, 200, shared);
        return shared;
      }),
  }),
  operation({
    name: 'conversations.context',
    summary: 'What a conversation shares now; with a key every version of it, newest first.',
    route: { method: 'GET', path: '/conversations/{id}/context' },
    permission: 'viewer',
    effect: 'read',
    input: byId.extend({
      key: keySchema.optional(),
      /** The last version of the page before. */
      cursor: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    output: pageOf(sharedSchema),
    example: { id: someId },
    run: ({ store }: Needs, caller, { id, key, cursor, limit }) =>
      store.read(caller.tenantId, async (tx) => {
        await mustExist(tx, id);
        if (key === undefined) return { items: await sharedIn(tx, id), nextCursor: null };
        const rows = await selectContextVersions(tx, id, key, { below: cursor, limit: limit + 1 });
        const nameOf = await namesOf(tx, settersOf(rows));
        const items = rows.slice(0, limit).map((row) => toShared(row, nameOf));
        return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.version ?? '') : null };
      }),
  }),
  operation({
    name: 'conversations.summary',
    summary: 'How a conversation went: who took part, what was asked and answered, decided, shared, failed.',
    route: { method: 'GET', path: '/conversations/{id}/summary' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: summarySchema,
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) => store.read(caller.tenantId, (tx) => summaryOf(tx, id)),
  }),
];

/** @throws CadreError `conversation/not-found` */
async function mustExist(tx: TenantTx, id: string): Promise<void> {
  if (!(await hasConversation(tx, id))) throw new CadreError('conversation/not-found', { id });
}

async function summaryOf(tx: TenantTx, id: string): Promise<Summary> {
  await mustExist(tx, id);
  const rows = await selectBriefs(tx, id, {
    payloadUpTo: SUMMARY_PAYLOAD_CHARACTERS,
    limit: SUMMARY_MESSAGES,
  });
  const { messages } = await countConversation(tx, id, { id: rows[0]?.id });
  const voteIds = id.startsWith('vote:') ? [id.slice('vote:'.length)] : [];
  const teamId = id.startsWith('team:') ? id.slice('team:'.length) : undefined;
  const shared = await sharedIn(tx, id);
  return summarize({
    conversationId: id,
    rows,
    of: messages,
    decisions: await selectDecisions(tx, { voteIds, teamId }, ITEMS_SHOWN),
    sharedKeys: shared.map((one) => one.key),
    nameOf: await namesOf(tx, partiesOf(rows)),
  });
}
