import { z } from 'zod';
import type { Receipt } from '../../agents/executor.ts';
import { MESSAGE_TYPES } from '../../messages/message.ts';
import { CadreError } from '../../platform/kernel/errors.ts';

/** What a handler of messages outside answers: an answer of its own may come with the acknowledgement. */
const receiptSchema = z.object({
  result: z.json().optional(),
  reply: z
    .object({
      type: z.enum(MESSAGE_TYPES).optional(),
      subject: z.string().max(500).optional(),
      payload: z.json(),
      requiresResponse: z.boolean().optional(),
    })
    .optional(),
});

/** Reads what a handler outside answers. @throws CadreError `agent/bad-answer` */
export function readReceipt(answer: unknown): Receipt {
  const parsed = receiptSchema.safeParse(answer);
  if (!parsed.success)
    throw new CadreError('agent/bad-answer', { detail: parsed.error.issues[0]?.message ?? 'unknown' });
  const { result, reply } = parsed.data;
  if (!reply) return result === undefined ? {} : { result };
  const { type, subject, payload, requiresResponse } = reply;
  return {
    ...(result !== undefined && { result }),
    reply: {
      payload,
      ...(type && { type }),
      ...(subject !== undefined && { subject }),
      ...(requiresResponse && { requiresResponse }),
    },
  };
}
