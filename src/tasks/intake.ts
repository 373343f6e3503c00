import { agentSpecSchema } from '../agents/agent.ts';
import type { TaskEnvelope } from '../messages/envelopes.ts';
import type { TaskIntake } from '../messages/topics.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { sha256 } from '../platform/kernel/random.ts';
import { followFromNow } from '../platform/store/followers.ts';
import type { Recipient } from '../platform/store/mailboxes.ts';
import {
  countOpenEnvelopes,
  insertTaskEnvelope,
  selectEnvelopeOf,
} from '../platform/store/task-envelopes.ts';
import { type SubmitNeeds, submitIn } from './submit.ts';
import { type Submission, submitSchema } from './task.ts';

/** Published tasks of one tenant that are not settled; agents that publish without end are stopped here. */
export const OPEN_ENVELOPE_LIMIT = 1_000;

/**
 * Takes the tasks that are published on `tasks.submit` and `tasks.<agent>` (FEATURES CO-5, 1 and 2): the task, what
 * its sender called it and where its result is owed commit with the publication. The same taskId of the same sender
 * is one task.
 */
export function taskIntake(needs: Omit<SubmitNeeds, 'store'>): TaskIntake {
  return {
    async take(tx, { envelope, sender, agent }) {
      await followFromNow(tx); // its result is told by the follower; nothing else is locked yet
      const contentHash = sha256(JSON.stringify([agent?.id ?? null, envelope]));
      const before = await selectEnvelopeOf(tx, sender, envelope.taskId);
      if (before?.content_hash === contentHash) return before.task_id;
      if (before) throw new CadreError('message/envelope-taken', { taskId: envelope.taskId });
      const open = await countOpenEnvelopes(tx);
      if (open >= OPEN_ENVELOPE_LIMIT)
        throw new CadreError('message/too-many-tasks', { open, limit: OPEN_ENVELOPE_LIMIT });
      const taskId = await submitIn(tx, needs, submissionOf(envelope, agent), {
        createdBy: sender,
        idempotencyKey: null,
      });
      const isFirst = await insertTaskEnvelope(tx, {
        task_id: taskId,
        sender,
        envelope_id: envelope.taskId,
        content_hash: contentHash,
        reply_topic: envelope.replyTopic ?? null,
      });
      if (!isFirst) throw new CadreError('message/envelope-taken', { taskId: envelope.taskId });
      return taskId;
    },
  };
}

/**
 * What an envelope submits. With a `goal` its words are planned; without one the type is the capability that is
 * wanted, so that a type nobody supports fails. An agent that is named gets it either way.
 * @throws CadreError `message/envelope-invalid`
 */
export function submissionOf(envelope: TaskEnvelope, agent: Recipient | undefined): Submission {
  const { type, params, priority, deadline } = envelope;
  const { goal, files, ...input } = params;
  const wanted = goal === undefined ? type : undefined;
  const offered = agent && agentSpecSchema.parse(JSON.parse(agent.spec)).capabilities;
  const capability = offered ? offered.find(({ name }) => name === type)?.name : wanted;
  const parsed = submitSchema.safeParse({
    goal: goal ?? type,
    type,
    input,
    ...(files !== undefined && { files }),
    ...(agent && { agentId: agent.id }),
    ...(capability !== undefined && { capability }),
    // 1 to 10 there, 0 to 100 here; 5 is normal in both.
    priority: priority * 10,
    ...(deadline !== undefined && { deadline }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CadreError('message/envelope-invalid', {
    topic: agent ? `tasks.${agent.name}` : 'tasks.submit',
    envelope: 'Task',
    detail: `envelope.params.${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
  });
}
