import { z } from 'zod';
import { findAgent } from '../../agents/find.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import { operation, type StreamEvent, someId } from '../../platform/kernel/operation.ts';
import { selectChats, selectChatTurns } from '../../platform/store/chats.ts';
import { MAX_GOAL_CHARACTERS } from '../../tasks/task.ts';
import { wishesShape } from '../../tasks/wishes.ts';
import { pageOf, pagesUpTo, readPage } from '../../tenants/page.ts';
import { answering, type ChatNeeds, say, taskUnderWay } from './converse.ts';
import { listedChatSchema, listedChats } from './listed.ts';
import { answerOf } from './said.ts';

/** Messages of a history that a client sends along; only the last is read. */
const MAX_MESSAGES = 1_000;
const SHOWN_TURNS = 200;

const chatId = z.string().regex(/^[\w-]{1,100}$/, 'letters, digits, _ and -');

/** A message of the AI SDK, as far as it is read: who, and the texts among its parts. */
const messageSchema = z.looseObject({
  role: z.string().max(40),
  parts: z.array(z.looseObject({ type: z.string().max(100) })).max(1_000),
});

/**
 * The text of the last message. Nothing else of a history counts: what was said before is kept here, and a result or an
 * approval that a client sends was never given.
 */
function saidIn(messages: ReadonlyArray<z.output<typeof messageSchema>>): string {
  const last = messages.at(-1);
  const refuse = (detail: string) => new CadreError('chat/nothing-said', { detail });
  if (!last) throw refuse('there is none');
  if (last.role !== 'user') throw refuse(`it is of the role "${last.role.slice(0, 40)}"`);
  const text = last.parts
    .flatMap((part) => (part.type === 'text' && typeof part.text === 'string' ? [part.text] : []))
    .join('\n')
    .trim();
  if (text === '') throw refuse('it has no text');
  return text;
}

/** What is kept under an Idempotency-Key: where the answer to a message is heard. */
const turnSchema = z.object({ chat: z.string(), task: z.string() });

/** What people can say to an agent, and hear. */
export const chatOperations = [
  operation({
    name: 'agents.chat',
    summary:
      'Says something to an agent and streams its answer as a message of the AI SDK (UI message stream). The answer is a task.',
    route: {
      method: 'POST',
      path: '/agents/{agent}/chat',
      answer: 'events',
      framing: 'ui-messages',
    },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      agent: z.string().max(100).describe('Id or name of the agent.'),
      id: chatId.optional().describe('Of the chat; a new one when absent.'),
      messages: z
        .array(messageSchema)
        .max(MAX_MESSAGES)
        .optional()
        .describe('As the AI SDK sends them; only the text of the last one is read.'),
      text: z.string().max(MAX_GOAL_CHARACTERS).optional().describe('In place of `messages`.'),
      trigger: z.string().max(40).optional().describe('Sent by the AI SDK; every message is a new one here.'),
      messageId: z.string().max(100).nullish(),
      files: z.array(z.string().max(64)).max(100).default([]).describe('Ids of uploaded files.'),
      ...wishesShape,
    }),
    output: z.custom<AsyncIterable<StreamEvent>>(),
    example: { agent: someId, text: 'What can you do for me?' },
    async run(needs: ChatNeeds, caller, { agent, id = newId(), messages, text, files, ...more }) {
      // Sent again with the same Idempotency-Key: the same turn is heard, nothing is said twice.
      if (caller.keptAnswer !== undefined)
        return answering(needs, caller, turnSchema.parse(caller.keptAnswer));
      const { trigger: _, messageId: __, ...wishes } = more;
      const said = text?.trim() || saidIn(messages ?? []);
      const task = await say(needs, caller, { agent, chat: id, text: said, files, wishes });
      return answering(needs, caller, { chat: id, task });
    },
  }),
  operation({
    name: 'agents.resumeChat',
    summary: 'The answer that an agent is giving, from its beginning; nothing (204) when none is under way.',
    route: {
      method: 'GET',
      path: '/agents/{agent}/chat/{id}/stream',
      answer: 'events',
      framing: 'ui-messages',
    },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ agent: z.string().max(100), id: chatId }),
    output: z.custom<AsyncIterable<StreamEvent> | null>(),
    example: { agent: someId, id: 'chat-1' },
    async run(needs: ChatNeeds, caller, { agent, id }) {
      const task = await taskUnderWay(needs, caller, { agent, chat: id });
      return task === undefined ? null : answering(needs, caller, { chat: id, task });
    },
  }),
  operation({
    name: 'agents.chats',
    summary:
      'Chats with an agent, the one that was spoken in last first: how they began, and what was said last.',
    route: { method: 'GET', path: '/agents/{agent}/chats' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ agent: z.string().max(100).describe('Id or name of the agent.'), ...pagesUpTo(200) }),
    output: pageOf(listedChatSchema),
    example: { agent: someId, limit: 10 },
    async run({ store }: ChatNeeds, caller, { agent: idOrName, ...page }) {
      const { id: agentId } = await store.read(caller.tenantId, (tx) => findAgent(tx, idOrName));
      return readPage(
        store,
        caller,
        page,
        (tx, asked) => selectChats(tx, { agentId, ...asked }),
        listedChats,
      );
    },
  }),
  operation({
    name: 'agents.showChat',
    summary: 'What was said in a chat with an agent, as messages of the AI SDK, oldest first.',
    route: { method: 'GET', path: '/agents/{agent}/chat/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ agent: z.string().max(100), id: chatId }),
    output: z.object({
      messages: z.array(
        z.object({
          id: z.string(),
          role: z.enum(['user', 'assistant']),
          parts: z.array(z.object({ type: z.literal('text'), text: z.string() })),
          metadata: z.object({ task: z.string(), status: z.string() }),
        }),
      ),
    }),
    example: { agent: someId, id: 'chat-1' },
    async run({ store }: ChatNeeds, caller, { agent: idOrName, id }) {
      return store.read(caller.tenantId, async (tx) => {
        const agent = await findAgent(tx, idOrName);
        const turns = await selectChatTurns(tx, { agentId: agent.id, chatId: id, limit: SHOWN_TURNS });
        if (turns.length === 0) throw new CadreError('chat/not-found', { chat: id });
        const messages = turns.reverse().flatMap((turn) => {
          const metadata = { task: turn.task_id, status: turn.status };
          const part = (text: string) => [{ type: 'text' as const, text }];
          return [
            { id: `${turn.task_id}-said`, role: 'user' as const, parts: part(turn.said), metadata },
            { id: turn.task_id, role: 'assistant' as const, parts: part(answerOf(turn)), metadata },
          ];
        });
        return { messages };
      });
    },
  }),
];
