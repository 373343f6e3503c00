import { z } from 'zod';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import { selectListeners } from '../platform/store/listeners.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import { broadcast } from './broadcast.ts';
import { emitEvent, emitSchema } from './emit.ts';
import { addListener, listenerSchema, listenSchema, removeListener, toListener } from './event-listeners.ts';
import { agentFilter, type MailboxNeeds } from './mailbox.ts';
import { outcomeSchema } from './mailbox-operations.ts';
import { contentFields, toNewMessage } from './send.ts';
import { awaitOutcomes } from './topics.ts';
import { MAX_WAIT_MS } from './wait.ts';

/** Listening to events, emitting them, and telling many at once. */
export const eventOperations = [
  operation({
    name: 'listeners.add',
    summary: 'Has an agent get each matching event from now on as a message, in the order of the log, once.',
    route: { method: 'POST', path: '/listeners', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: listenSchema,
    output: listenerSchema,
    example: { agentId: someId, eventType: 'task.settled' },
    run: (needs: MailboxNeeds, caller, input) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const listener = toListener(await addListener(tx, needs, caller, input));
        await keepAnswer(tx, caller, 201, listener);
        return listener;
      }),
  }),
  operation({
    name: 'listeners.list',
    summary: 'Who listens to which events, and how many each got; newest first.',
    route: { method: 'GET', path: '/listeners' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      agentId: z.string().optional(),
      ...pagesUpTo(200),
    }),
    output: pageOf(listenerSchema),
    example: {},
    run: ({ store }: MailboxNeeds, caller, input) =>
      readPage(
        store,
        caller,
        input,
        async (tx, { agentId, ...asked }) =>
          selectListeners(tx, { ...(await agentFilter(tx, agentId)), ...asked }),
        (_tx, rows) => rows.map(toListener),
      ),
  }),
  operation({
    name: 'listeners.remove',
    summary: 'Has an agent get no more events of a listener; what is in its mailbox stays.',
    route: { method: 'DELETE', path: '/listeners/{id}' },
    permission: 'operator',
    effect: 'write',
    input: byId,
    output: listenerSchema,
    example: { id: someId },
    run: (needs: MailboxNeeds, caller, { id }) =>
      needs.store.write(caller.tenantId, async (tx) =>
        toListener(await removeListener(tx, needs, caller, id)),
      ),
  }),
  operation({
    name: 'events.emit',
    summary: 'Writes an event of your own into the log; listeners, agents.event and live streams see it.',
    route: { method: 'POST', path: '/events/emit', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: emitSchema,
    output: z.object({ type: z.string(), agentId: z.string().nullable(), emitted: z.boolean() }),
    example: { type: 'cache.warmed', data: { entries: 120 } },
    run: (needs: MailboxNeeds, caller, input) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const agentId = await emitEvent(tx, needs, caller, input);
        const answer = { type: input.type, agentId, emitted: true };
        await keepAnswer(tx, caller, 201, answer);
        return answer;
      }),
  }),
  operation({
    name: 'messages.broadcast',
    summary: 'Sends one message to every agent that fits, but its sender; `block` waits for all handlers.',
    route: { method: 'POST', path: '/broadcasts', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      ...contentFields,
      /** Who gets it; what is not said fits all. For a team say it with `teams.say`. */
      filter: z
        .strictObject({
          capability: z.string().min(1).max(80).optional(),
          role: z.enum(['chief', 'operator']).optional(),
          status: z
            .enum(['initializing', 'validating', 'idle', 'busy', 'degraded', 'error', 'paused', 'offline'])
            .optional(),
        })
        .default({}),
      block: z.stringbool().or(z.boolean()).default(false),
      /** How long `block` waits. */
      waitMs: z.coerce.number().int().min(0).max(MAX_WAIT_MS).default(MAX_WAIT_MS),
    }),
    output: z.object({ publicationId: z.string(), outcomes: z.array(outcomeSchema) }),
    example: {
      type: 'status_update',
      payload: { message: 'The archive moves tonight.' },
      filter: { role: 'operator' },
    },
    async run(needs: MailboxNeeds, caller, { filter, block, waitMs, ...content }) {
      const published = await needs.store.write(caller.tenantId, async (tx) => {
        const answer = await broadcast(tx, needs, filter, toNewMessage(caller, content));
        await keepAnswer(tx, caller, 201, answer);
        return answer;
      });
      if (!block) return published;
      return { ...published, outcomes: await awaitOutcomes(needs, caller, published.outcomes, waitMs) };
    },
  }),
];
