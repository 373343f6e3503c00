import { z } from 'zod';
import { CadreError } from '../platform/kernel/errors.ts';
import type { MessageType } from './message.ts';
import { prioritySchema } from './priority.ts';

/** Largest payload, as JSON. Long material is a file. */
export const MAX_PAYLOAD_BYTES = 65_536;

const data = z.record(z.string(), z.json());
const capability = z.string().min(1).max(80);
const text = z.string().max(10_000);
/** What is asked for; the names of FEATURES CO-3 and CO-5, and those that agents agree on. */
const requestType = z.string().regex(/^[a-z][a-z0-9_.-]{0,79}$/, 'such as ping or task_priority');

/** What each type of message carries (FEATURES CO-3). Unknown fields are refused; free content has its place. */
export const payloadSchemas = {
  task_delegation: z.strictObject({
    taskId: z.string().min(1).max(64),
    title: z.string().min(1).max(500),
    description: text.optional(),
    priority: prioritySchema.optional(),
    requiredCapabilities: z.array(capability).max(100).default([]),
    deadline: z.iso.datetime({ offset: true }).optional(),
    context: data.default({}),
  }),
  status_update: z.strictObject({
    agentStatus: z.string().max(80).optional(),
    currentTaskId: z.string().max(64).optional(),
    progress: z.number().min(0).max(1).optional(),
    message: text.optional(),
    metrics: z.record(z.string(), z.number()).optional(),
    data: data.optional(),
  }),
  coordination_request: z.strictObject({ requestType, data: data.default({}) }),
  coordination_response: z.strictObject({ requestType: requestType.optional(), data: data.default({}) }),
  capability_inquiry: z.strictObject({
    /** None: all that the agent offers. */
    requiredCapabilities: z.array(capability).max(100).default([]),
    context: data.default({}),
    urgency: prioritySchema.optional(),
  }),
  capability_response: z.strictObject({
    availableCapabilities: z.array(capability).max(1_000),
    /** How sure, per capability. */
    confidence: z.record(z.string(), z.number().min(0).max(1)).default({}),
    currentLoad: z.number().min(0).max(1),
    /** Milliseconds until it can begin. */
    estimatedAvailabilityMs: z.number().min(0),
  }),
  heartbeat: z.strictObject({
    agentStatus: z.string().max(80).optional(),
    currentLoad: z.number().min(0).max(1).optional(),
  }),
  error_report: z.strictObject({
    code: z.string().max(200).optional(),
    message: text,
    details: data.optional(),
  }),
  workflow_step: z.strictObject({
    workflowId: z.string().max(64).optional(),
    step: z.string().min(1).max(200),
    data: data.default({}),
  }),
  resource_request: z.strictObject({
    resource: z.string().min(1).max(200),
    amount: z.number().min(0).optional(),
    data: data.default({}),
  }),
} as const satisfies Record<MessageType, z.ZodType>;

/** Kinds of knowledge that everybody calls by the same name (FEATURES CO-5, 9); others are allowed. */
export const KNOWLEDGE_KINDS: readonly string[] = [
  'algorithm_parameters',
  'performance_insights',
  'best_practices',
  'learned_patterns',
];

/** A kind by its known name, however it is spelled ("Best practices"); another one as it is. */
export function knowledgeKind(kind: string): string {
  const name = kind
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  return KNOWLEDGE_KINDS.includes(name) ? name : kind;
}

/** What somebody wants another to know, in the `data` of a request to `share_knowledge` (FEATURES CO-5, 9). */
export const knowledgeSchema = z.strictObject({
  kind: z.string().min(1).max(80).transform(knowledgeKind),
  subject: z.string().min(1).max(500),
  content: z.json(),
});

/**
 * Reads the payload of a message. @throws CadreError `message/payload-invalid`, `message/too-large`
 */
export function parsePayload(type: MessageType, payload: unknown): Record<string, unknown> {
  const bytes = Buffer.byteLength(JSON.stringify(payload ?? null));
  if (bytes > MAX_PAYLOAD_BYTES)
    throw new CadreError('message/too-large', { bytes, limitBytes: MAX_PAYLOAD_BYTES });
  const parsed = payloadSchemas[type].safeParse(payload);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join('.') || 'payload';
  throw new CadreError('message/payload-invalid', { type, detail: `${place}: ${issue?.message ?? ''}` });
}
