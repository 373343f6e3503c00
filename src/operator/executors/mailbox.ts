import type { ExecutorPort } from '../../agents/executor.ts';
import { CadreError } from '../../platform/kernel/errors.ts';

/**
 * A program outside that takes messages from its mailbox (`agents.take`) and acknowledges them. Nothing is pushed
 * to it and no task is given to it; it is alive as long as it looks into its mailbox.
 */
export const mailboxExecutor: ExecutorPort = {
  kind: 'mailbox',
  hosts: () => [],
  async check() {},
  async execute() {
    throw new CadreError('message/not-taken', {});
  },
  async receive(_executor, delivery) {
    throw new CadreError('message/pushed', { agent: delivery.agentName });
  },
};
