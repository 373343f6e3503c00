import { z } from 'zod';
import type { Mail } from '../../messages/mail.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { type Tool, tool } from './tool.ts';
import type { ToolWork } from './toolbox.ts';

/** Tools that speak to other agents of the tenant. */
const MAX_WORDS = 8_000;
const ASK_TIMEOUT_MS = 120_000;

export function teamTools({ mail }: { mail: Pick<Mail, 'dispatch'> }, work: ToolWork): Tool[] {
  const { tenantId, agentId, taskId } = work.order;
  const tell = tool({
    name: 'message.send',
    description: 'Tells another agent something. It takes notice of it; no answer comes.',
    effect: 'edit',
    input: z.strictObject({
      to: z.string().min(1).max(80).describe('Name of the agent'),
      text: z.string().min(1).max(MAX_WORDS),
    }),
    async run({ to, text }, { idempotencyKey }) {
      const sent = await mail.dispatch({
        tenantId,
        message: {
          from: { type: 'agent', id: agentId },
          to,
          type: 'status_update',
          payload: { message: text, currentTaskId: taskId },
          messageId: idempotencyKey,
        },
      });
      return { sent: true, messageId: sent.id };
    },
  });
  const ask = tool({
    name: 'agent.ask',
    description: 'Asks another agent a question and waits for its answer, at most two minutes.',
    effect: 'edit',
    input: z.strictObject({
      to: z.string().min(1).max(80).describe('Name of the agent'),
      question: z.string().min(1).max(MAX_WORDS),
    }),
    async run({ to, question }, { idempotencyKey }) {
      const name = idempotencyKey;
      const { status, data, error } = await work.ask({ name, to, question, timeoutMs: ASK_TIMEOUT_MS });
      if (status === 'answered') return { answer: data };
      throw new CadreError('agent/failed', { detail: error ?? `${to} gave no answer in time` });
    },
  });
  return [tell, ask];
}
