import { z } from 'zod';
import type { Bus } from '../platform/bus/bus.ts';
import type { EventLog } from '../platform/events/events.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import { selectGivenUp, selectReplies } from '../platform/store/mailboxes.ts';
import { selectMessage, selectMessages } from '../platform/store/messages.ts';
import type { Store } from '../platform/store/transaction.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import { withPrompt } from './from-prompt.ts';
import type { Mail } from './mail.ts';
import { acknowledge, agentFilter, extend } from './mailbox.ts';
import { MESSAGE_STATUSES, MESSAGE_TYPES, messageSchema } from './message.ts';
import { redriveMessage } from './redrive.ts';
import { awaitReply, REPLIES_SHOWN, replySchema } from './reply.ts';
import { sendSchema, toNewMessage } from './send.ts';
import { toMessage } from './view.ts';
import { MAX_WAIT_MS } from './wait.ts';

interface Needs {
  store: Store;
  bus: Bus;
  clock: Clock;
  events: EventLog;
  mail: Mail;
}

const page = pageOf(messageSchema);
const paging = {
  ...pagesUpTo(200),
};

/** How long a message that was taken stays in hand, unless it is acknowledged or kept for longer. */
const leaseMsSchema = z.coerce.number().int().min(100).max(3_600_000).default(30_000);

/** What people and agents outside can do with messages. */
export const messageOperations = [
  operation({
    name: 'messages.send',
    summary: 'Puts a message into the mailbox of an agent; it is handled in its order, also after a crash.',
    route: { method: 'POST', path: '/messages', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: sendSchema,
    output: messageSchema,
    example: { to: someId, type: 'coordination_request', payload: { requestType: 'ping' } },
    async run(needs: Needs, caller, input) {
      const sending = await withPrompt(needs, caller, input);
      const sent = await needs.mail.dispatch({
        tenantId: caller.tenantId,
        message: toNewMessage(caller, sending),
        commit: (tx, row) => keepAnswer(tx, caller, 201, toMessage(row)),
      });
      return toMessage(sent);
    },
  }),
  operation({
    name: 'messages.list',
    summary: 'Messages between agents, newest first; filter by agent, conversation, task, topic or status.',
    route: { method: 'GET', path: '/messages' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      agentId: z.string().optional(),
      taskId: z.string().optional(),
      conversation: z.string().optional(),
      topic: z.string().optional(),
      type: z.enum(MESSAGE_TYPES).optional(),
      status: z.enum(MESSAGE_STATUSES).optional(),
      ...paging,
    }),
    output: page,
    example: { limit: 10 },
    run: ({ store }: Needs, caller, input) =>
      readPage(
        store,
        caller,
        input,
        async (tx, { agentId, ...asked }) =>
          selectMessages(tx, { ...(await agentFilter(tx, agentId)), ...asked }),
        (_tx, rows) => rows.map(toMessage),
      ),
  }),
  operation({
    name: 'messages.get',
    summary: 'One message with its payload, its receipts and what was answered.',
    route: { method: 'GET', path: '/messages/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: messageSchema.extend({ replies: z.array(messageSchema) }),
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) =>
      store.read(caller.tenantId, async (tx) => {
        const row = await selectMessage(tx, id);
        if (!row) throw new CadreError('message/not-found', { id });
        const replies = await selectReplies(tx, id, REPLIES_SHOWN);
        return { ...toMessage(row), replies: replies.map(toMessage) };
      }),
  }),
  operation({
    name: 'messages.reply',
    summary: 'The answer to a message; waits for it if there is none yet. A late answer does not count.',
    route: { method: 'GET', path: '/messages/{id}/reply' },
    permission: 'viewer',
    effect: 'read',
    input: byId.extend({ waitMs: z.coerce.number().int().min(0).max(MAX_WAIT_MS).default(0) }),
    output: replySchema,
    example: { id: someId, waitMs: 0 },
    run: (needs: Needs, caller, { id, waitMs }) => awaitReply(needs, caller, id, waitMs),
  }),
  operation({
    name: 'messages.ack',
    summary: 'Says that a message taken from a mailbox was handled, or failed; an answer may go with it.',
    route: { method: 'POST', path: '/messages/{id}/ack' },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({
      result: z.json().optional(),
      /** It could not be handled: it is handed out again after 1, 2, 4 … seconds, then given up. */
      error: z.string().trim().min(1).max(2_000).optional(),
      /** False: trying again makes no sense. */
      retry: z.stringbool().or(z.boolean()).default(true),
      reply: z
        .object({
          type: z.enum(MESSAGE_TYPES).optional(),
          subject: z.string().max(500).optional(),
          payload: z.record(z.string(), z.json()),
        })
        .optional(),
    }),
    output: messageSchema,
    example: { id: someId, result: { done: true } },
    run: (needs: Needs, caller, { id, ...ack }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        await acknowledge(tx, needs, id, ack);
        const row = await selectMessage(tx, id);
        if (!row) throw new CadreError('message/not-found', { id });
        await keepAnswer(tx, caller, 200, toMessage(row));
        return toMessage(row);
      }),
  }),
  operation({
    name: 'messages.extend',
    summary: 'Keeps a message that was taken from a mailbox in hand for longer, before its lease ends.',
    route: { method: 'POST', path: '/messages/{id}/extend' },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({ leaseMs: leaseMsSchema }),
    output: messageSchema,
    example: { id: someId, leaseMs: 30_000 },
    run: ({ store }: Needs, caller, { id, leaseMs }) =>
      store.write(caller.tenantId, async (tx) => toMessage(await extend(tx, id, leaseMs))),
  }),
  operation({
    name: 'messages.dead',
    summary: 'Messages that were given up, with their error; `cadre message redrive` sends one again.',
    route: { method: 'GET', path: '/dead-messages' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ agentId: z.string().optional(), ...paging }),
    output: page,
    example: {},
    run: ({ store }: Needs, caller, input) =>
      readPage(
        store,
        caller,
        input,
        async (tx, { agentId, ...asked }) =>
          selectGivenUp(tx, { ...(await agentFilter(tx, agentId)), ...asked }),
        (_tx, rows) => rows.map(toMessage),
      ),
  }),
  operation({
    name: 'messages.redrive',
    summary:
      'Sends a message that was given up once more, at the end of its conversation; its history stays.',
    route: { method: 'POST', path: '/messages/{id}/redrive', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: byId,
    output: messageSchema,
    example: { id: someId },
    run: (needs: Needs, caller, { id }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const copy = toMessage(await redriveMessage(tx, needs, caller, id));
        await keepAnswer(tx, caller, 201, copy);
        return copy;
      }),
  }),
];
