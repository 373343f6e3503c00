import type { ExecutorPort } from '../../agents/executor.ts';
import { CadreError } from '../../platform/kernel/errors.ts';

/**
 * A program outside that takes messages from its mailbox (`agents.take`) and acknowledges them, tasks included
 * (`hand-over.ts`). Nothing is pushed to it; it is alive as long as it looks into its mailbox.
 */
export const mailboxExecutor: ExecutorPort = {
  kind: 'mailbox',
  hosts: () => [],
  async check() {},
  async execute() {
    throw new TypeError('a task for a mailbox is handed over, not executed');
  },
  async receive(_executor, delivery) {
    throw new CadreError('message/pushed', { agent: delivery.agentName });
  },
};
