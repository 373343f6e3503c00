import type { Mail } from '../../messages/mail.ts';
import { selectAgent } from '../../platform/store/agents.ts';
import { selectDirectDelegation } from '../../platform/store/delegations.ts';
import type { TaskListener } from '../../tasks/settle.ts';
import { recordInteractions } from '../relations.ts';
import { isNotHandedOver, toTaskResult } from './delegation.ts';

/**
 * What becomes of a delegation goes into the mailbox of the agent that delegated it, and is kept in what it knows of
 * the other, in the transaction that ends the task. One that cannot take the answer loses it, with a line in the log;
 * the task has ended either way, and `delegations.get` says how.
 */
export function reportBack({ mail }: { mail: Mail }): TaskListener {
  return {
    async answered(tx, task, delegation) {
      const row = await selectDirectDelegation(tx, task.id);
      if (!row) return;
      const worker = await selectAgent(tx, delegation.recipient_id);
      const report = toTaskResult(row, worker?.name ?? 'nobody');
      const sender =
        delegation.sender_type === 'agent' ? await selectAgent(tx, delegation.sender_id) : undefined;
      // What was never handed over says nothing of the other.
      if (sender && !isNotHandedOver(task))
        await recordInteractions(tx, [
          {
            agentId: sender.id,
            peerId: delegation.recipient_id,
            isSuccess: report.status !== 'failed',
            ms: report.metrics.totalMs ?? 0,
          },
        ]);
      mail.conclude(
        tx,
        [],
        [
          {
            from: { type: 'agent', id: delegation.recipient_id },
            type: 'status_update',
            inReplyTo: delegation.id,
            subject: delegation.subject,
            ...(sender && { topic: resultTopic(sender.name) }),
            payload: {
              currentTaskId: task.id,
              progress: 1,
              message: task.stop_sentence ?? '',
              metrics: report.metrics,
              data: { ...report, ...whole(report.result, task.id) },
            },
          },
        ],
      );
    },
  };
}

/** So much of a result goes with the answer; a longer one stays with the delegation. */
const TOLD_RESULT_BYTES = 48_000;

function whole(result: unknown, taskId: string): { result: unknown; resultAt?: string } {
  const bytes = Buffer.byteLength(JSON.stringify(result ?? null));
  return bytes <= TOLD_RESULT_BYTES
    ? { result: result ?? null }
    : { result: null, resultAt: `/api/v1/delegations/${taskId}` };
}

/** The topic of FEATURES CO-5, `tasks.<name>.result`; what no topic may hold becomes a dash. */
export function resultTopic(name: string): string {
  return `tasks.${name.replaceAll(/[^a-z0-9._-]+/gi, '-')}.result`;
}
