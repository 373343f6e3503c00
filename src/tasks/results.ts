import type { TaskResultEnvelope } from '../messages/envelopes.ts';
import type { EventReader } from '../messages/follower.ts';
import { noticeOf } from '../messages/notice.ts';
import type { EventRecord } from '../platform/events/events.ts';
import type { TaskEnvelopeRow, TaskRow } from '../platform/store/schema.ts';
import { countOpenEnvelopes, markAnswered, selectTaskEnvelope } from '../platform/store/task-envelopes.ts';
import { selectTask } from '../platform/store/tasks.ts';
import { selectSubscribers } from '../platform/store/topics.ts';
import { taskResultSchema } from './task.ts';

const RESULTS = 'tasks.result';

/**
 * Publishes a TaskResult when a task that somebody submitted is settled: on `tasks.result`, and where it came as an
 * envelope on its `replyTopic`, once (FEATURES CO-5, 1 and 2). Steps of a plan are no tasks of their own here.
 */
export const taskResults: EventReader = {
  async open(tx) {
    if ((await selectSubscribers(tx, RESULTS)).length === 0 && (await countOpenEnvelopes(tx)) === 0)
      return undefined;
    return {
      async read(event) {
        if (event.type !== 'task.settled' || event.taskId === null || event.taskId !== event.rootId)
          return [];
        const task = await selectTask(tx, event.taskId);
        if (!task) return [];
        const envelope = await selectTaskEnvelope(tx, task.id);
        const owed = envelope && envelope.answered_at === null ? envelope : undefined;
        if (owed) await markAnswered(tx, task.id);
        const topics = new Set([RESULTS, ...(owed?.reply_topic ? [owed.reply_topic] : [])]);
        const messages = [];
        for (const topic of topics)
          for (const to of await selectSubscribers(tx, topic))
            messages.push(
              noticeOf(event, {
                to,
                topic,
                about: `topic:${topic}`,
                subject: `result of ${task.goal}`,
                envelope: resultOf(task, envelope, event),
              }),
            );
        return messages;
      },
    };
  },
};

/** What became of a task, under the id that its sender gave it. */
export function resultOf(
  task: TaskRow,
  envelope: TaskEnvelopeRow | undefined,
  event: Pick<EventRecord, 'data'>,
): TaskResultEnvelope {
  // One that an older version wrote in another form is told without its output: the log must not stand still.
  const { data: result } = taskResultSchema.safeParse(task.result === null ? null : JSON.parse(task.result));
  // As it was settled then; it may have been tried again since.
  const isCompleted = event.data.status === 'completed';
  const sentence =
    typeof event.data.sentence === 'string' ? event.data.sentence : 'It ended without a reason.';
  const { started_at: startedAt, completed_at: completedAt } = task;
  return {
    taskId: envelope?.envelope_id ?? task.id,
    status: !isCompleted ? 'failed' : result?.completeness === 'partial' ? 'partial' : 'completed',
    result: isCompleted ? ((result?.output ?? null) as TaskResultEnvelope['result']) : null, // it came from JSON
    ...(!isCompleted && { error: sentence.slice(0, 10_000) }),
    metrics: {
      ...numbersOf(result?.usage),
      ...(startedAt !== null && completedAt !== null && { tookMs: Number(completedAt) - Number(startedAt) }),
      ...(task.score !== null && { score: task.score }),
    },
  };
}

const numbersOf = (usage: object | undefined): Record<string, number> =>
  Object.fromEntries(Object.entries(usage ?? {}).filter(([, value]) => typeof value === 'number'));
