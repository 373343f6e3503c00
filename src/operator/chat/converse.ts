import { type AgentSpec, parseSpec } from '../../agents/agent.ts';
import { findAgent } from '../../agents/find.ts';
import type { LiveText } from '../../platform/bus/live-text.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { type Caller, personOf, type StreamEvent } from '../../platform/kernel/operation.ts';
import { insertChatTurn, selectChatTurns } from '../../platform/store/chats.ts';
import { FINAL_STATUSES, selectTask } from '../../platform/store/tasks.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { followTask } from '../../tasks/stream.ts';
import { type SubmitNeeds, submitIn } from '../../tasks/submit.ts';
import { submitSchema } from '../../tasks/task.ts';
import { viewTask } from '../../tasks/view.ts';
import { keepAnswer } from '../../tenants/idempotency.ts';
import { SKILLS } from '../perform.ts';
import { type Chunk, chunksOf, type Ending } from './chunks.ts';
import { spoken } from './spoken.ts';

export interface ChatNeeds extends SubmitNeeds {
  live: Pick<LiveText, 'follow'>;
}

/** The type of tasks that answer a message. */
export const CHAT = 'chat';

/** What a person says to an agent, with how it is to be worked on. */
export interface Message {
  agent: string;
  chat: string;
  text: string;
  files: string[];
  wishes: Record<string, unknown>;
}

/**
 * Takes a message: its place in the chat, the task that answers it and the first run commit together.
 * @throws CadreError `agent/not-found`, `chat/busy`, and what a submission throws
 */
export async function say(needs: ChatNeeds, caller: Caller, message: Message): Promise<string> {
  return needs.store.write(caller.tenantId, async (tx) => {
    const agent = await findAgent(tx, message.agent);
    const place = { agentId: agent.id, chatId: message.chat };
    const [last] = await selectChatTurns(tx, { ...place, limit: 1 });
    if (last && !FINAL_STATUSES.includes(last.status))
      throw new CadreError('chat/busy', { task: last.task_id, chat: message.chat });
    const capability = capabilityOf(parseSpec(agent.spec));
    const submission = submitSchema.parse({
      ...message.wishes,
      goal: message.text,
      type: CHAT,
      files: message.files,
      agentId: agent.id,
      ...(capability !== undefined && { capability }),
    });
    const saidBy = personOf(caller.actor);
    const taskId = await submitIn(tx, needs, submission, {
      createdBy: saidBy,
      idempotencyKey: null,
      role: caller.role,
    });
    const isFirst = await insertChatTurn(tx, {
      agent_id: agent.id,
      chat_id: message.chat,
      position: (last?.position ?? 0) + 1,
      task_id: taskId,
      said: message.text,
      said_by: saidBy,
    });
    if (!isFirst) throw new CadreError('chat/busy', { task: 'of another message', chat: message.chat });
    await keepAnswer(tx, caller, 200, { chat: message.chat, task: taskId });
    return taskId;
  });
}

/** Agents with built-in skills need to know which one: answering questions, or the first they have. */
function capabilityOf({ executor, capabilities }: Readonly<AgentSpec>): string | undefined {
  if (executor.kind !== 'local') return undefined;
  const skills = capabilities.map(({ name }) => name).filter((name) => SKILLS.has(name));
  return skills.find((name) => name === 'question.answer') ?? skills[0];
}

/** The answer as it comes, from the beginning of its task. */
export async function* answering(
  needs: ChatNeeds,
  caller: Caller,
  { chat, task }: { chat: string; task: string },
): AsyncIterable<StreamEvent> {
  const filter = { tenantId: caller.tenantId, rootId: task };
  const items = followTask(needs, filter, '0-0', { id: task, signal: caller.signal });
  const ending = () => needs.store.read(caller.tenantId, (tx) => endingOf(tx, task));
  for await (const chunk of chunksOf({ chat, task }, items, ending)) yield toItem(chunk);
}

const toItem = (data: Chunk): StreamEvent => ({ id: '', event: data.type, data });

async function endingOf(tx: TenantTx, id: string): Promise<Ending> {
  const task = await viewTask(tx, id);
  const { inputTokens, outputTokens, costUsd, energyJ } = task.usage;
  return {
    isCompleted: task.status === 'completed',
    text: task.result ? spoken(task.result.output) : (task.stopSentence ?? 'It ended without an answer.'),
    usage: { inputTokens, outputTokens, costUsd, energyJ },
  };
}

/**
 * The task that answers the last message of a chat; undefined when it has ended.
 * @throws CadreError `agent/not-found`, `chat/not-found`
 */
export async function taskUnderWay(
  { store }: Pick<ChatNeeds, 'store'>,
  caller: Caller,
  { agent: idOrName, chat }: { agent: string; chat: string },
): Promise<string | undefined> {
  return store.read(caller.tenantId, async (tx) => {
    const agent = await findAgent(tx, idOrName);
    const [last] = await selectChatTurns(tx, { agentId: agent.id, chatId: chat, limit: 1 });
    if (!last) throw new CadreError('chat/not-found', { chat });
    const task = await selectTask(tx, last.task_id);
    return task && !FINAL_STATUSES.includes(task.status) ? task.id : undefined;
  });
}
