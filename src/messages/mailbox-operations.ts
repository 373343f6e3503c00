import { z } from 'zod';
import { operation, someId } from '../platform/kernel/operation.ts';
import { countMailbox, selectMailbox } from '../platform/store/mailboxes.ts';
import { deleteSubscription, selectTopics } from '../platform/store/topics.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { findRecipient, type MailboxNeeds, takeFromMailbox } from './mailbox.ts';
import { messageSchema } from './message.ts';
import { publishSchema, toNewMessage } from './send.ts';
import { awaitOutcomes, publish, subscribe, type TopicNeeds } from './topics.ts';
import { toMessage } from './view.ts';
import { MAX_WAIT_MS } from './wait.ts';

const topic = publishSchema.shape.topic;
const TOPICS_SHOWN = 5_000;

export const outcomeSchema = z.object({
  agentId: z.string(),
  messageId: z.string().nullable(),
  status: z.enum(['acknowledged', 'failed', 'expired', 'dead', 'open', 'refused']),
  result: z.unknown(),
  error: z.string().nullable(),
});

/** What one can do with mailboxes and topics. */
export const mailboxOperations = [
  operation({
    name: 'agents.mailbox',
    summary: 'What waits in the mailbox of an agent, most urgent first; changes nothing.',
    route: { method: 'GET', path: '/agents/{id}/mailbox' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ id: z.string(), limit: z.coerce.number().int().min(1).max(500).default(50) }),
    output: z.object({
      open: z.number().int(),
      conversations: z.number().int(),
      messages: z.array(messageSchema),
    }),
    example: { id: someId, limit: 10 },
    run: ({ store }: MailboxNeeds, caller, { id, limit }) =>
      store.read(caller.tenantId, async (tx) => {
        const agent = await findRecipient(tx, id);
        const messages = await selectMailbox(tx, agent.id, limit);
        return { ...(await countMailbox(tx, agent.id)), messages: messages.map(toMessage) };
      }),
  }),
  operation({
    name: 'agents.take',
    summary:
      'Takes the next messages of an agent with a mailbox of its own; acknowledge each before its lease ends.',
    route: { method: 'POST', path: '/agents/{id}/mailbox/take' },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      id: z.string(),
      /** At most this many; of one conversation only the first. */
      limit: z.coerce.number().int().min(1).max(100).default(10),
      /** Waits so long for a first one. */
      waitMs: z.coerce.number().int().min(0).max(MAX_WAIT_MS).default(0),
      /** What is not acknowledged by then is handed out again. */
      leaseMs: z.coerce.number().int().min(100).max(3_600_000).default(30_000),
    }),
    output: z.object({ messages: z.array(messageSchema) }),
    example: { id: someId, limit: 10, waitMs: 0 },
    run: async (needs: MailboxNeeds, caller, { id, ...options }) => ({
      messages: (await takeFromMailbox(needs, caller, id, options)).map(toMessage),
    }),
  }),
  operation({
    name: 'topics.list',
    summary: 'Topics that agents subscribed to, with their subscribers.',
    route: { method: 'GET', path: '/topics' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({}),
    output: z.object({
      items: z.array(
        z.object({
          topic: z.string(),
          subscribers: z.array(z.object({ agentId: z.string(), name: z.string() })),
        }),
      ),
    }),
    example: {},
    run: async ({ store }: MailboxNeeds, caller) => {
      const rows = await store.read(caller.tenantId, (tx) => selectTopics(tx, TOPICS_SHOWN));
      const items = [...Map.groupBy(rows, (row) => row.topic)].map(([name, of]) => ({
        topic: name,
        subscribers: of.map((row) => ({ agentId: row.agent_id, name: row.name })),
      }));
      return { items };
    },
  }),
  operation({
    name: 'topics.subscribe',
    summary: 'Has an agent get what is published on a topic from now on.',
    route: { method: 'POST', path: '/topics/{topic}/subscriptions', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: z.object({ topic, agentId: z.string() }),
    output: z.object({ topic: z.string(), agentId: z.string(), subscribed: z.boolean() }),
    example: { topic: 'tasks.result', agentId: someId },
    run: ({ store, events }: MailboxNeeds, caller, { topic: name, agentId: idOrName }) =>
      store.write(caller.tenantId, async (tx) => {
        const agent = await findRecipient(tx, idOrName);
        const agentId = agent.id;
        if (await subscribe(tx, name, agentId))
          await events.append(tx, [
            {
              tenantId: tx.tenantId,
              type: 'topic.subscribed',
              agentId,
              data: { topic: name, name: agent.name, by: caller.actor.name },
            },
          ]);
        const answer = { topic: name, agentId, subscribed: true };
        await keepAnswer(tx, caller, 201, answer);
        return answer;
      }),
  }),
  operation({
    name: 'topics.unsubscribe',
    summary: 'Has an agent get no more of a topic; what is in its mailbox stays.',
    route: { method: 'DELETE', path: '/topics/{topic}/subscriptions/{agentId}' },
    permission: 'operator',
    effect: 'write',
    input: z.object({ topic, agentId: z.string() }),
    output: z.object({ topic: z.string(), agentId: z.string(), subscribed: z.boolean() }),
    example: { topic: 'tasks.result', agentId: someId },
    run: ({ store, events }: MailboxNeeds, caller, { topic: name, agentId: idOrName }) =>
      store.write(caller.tenantId, async (tx) => {
        const agent = await findRecipient(tx, idOrName);
        const agentId = agent.id;
        if (await deleteSubscription(tx, name, agentId))
          await events.append(tx, [
            {
              tenantId: tx.tenantId,
              type: 'topic.unsubscribed',
              agentId,
              data: { topic: name, name: agent.name, by: caller.actor.name },
            },
          ]);
        return { topic: name, agentId, subscribed: false };
      }),
  }),
  operation({
    name: 'topics.publish',
    summary:
      'Puts a message into the mailbox of every subscriber but its sender; a Task on tasks.submit is submitted.',
    route: { method: 'POST', path: '/topics/{topic}/messages', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: publishSchema.extend({
      /** Waits for all handlers. */
      block: z.stringbool().or(z.boolean()).default(false),
      /** How long `block` waits. */
      waitMs: z.coerce.number().int().min(0).max(MAX_WAIT_MS).default(MAX_WAIT_MS),
    }),
    output: z.object({
      publicationId: z.string(),
      /** The task that was submitted, on tasks.submit and tasks.<agent>. */
      taskId: z.string().nullable(),
      outcomes: z.array(outcomeSchema),
    }),
    example: {
      topic: 'news.reports',
      type: 'status_update',
      payload: { message: 'The report is ready.' },
    },
    async run(needs: MailboxNeeds & TopicNeeds, caller, { topic: name, block, waitMs, ...content }) {
      const published = await needs.store.write(caller.tenantId, async (tx) => {
        const answer = await publish(tx, needs, name, toNewMessage(caller, content));
        await keepAnswer(tx, caller, 201, answer);
        return answer;
      });
      if (!block) return published;
      return { ...published, outcomes: await awaitOutcomes(needs, caller, published.outcomes, waitMs) };
    },
  }),
];
