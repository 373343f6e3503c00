import { z } from 'zod';
import { CadreError } from '../platform/kernel/errors.ts';

/**
 * Typed envelopes (FEATURES CO-5, 10) and the topics that carry them. On these topics a message is a
 * `status_update` with its envelope in `data.envelope`; a bad one is refused before anybody gets it. All other
 * topics carry what their agents agree on.
 */
const data = z.record(z.string(), z.json());
const id = z.string().min(1).max(200);
const time = z.iso.datetime({ offset: true });

/** What a topic may be called. */
export const topicSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/i, 'letters, digits, . _ and - (at most 100)');

/** Name of an event that agents emit, and of what Cadre says of them. */
export const eventNameSchema = z.string().regex(/^[a-z][a-z0-9_.-]{0,79}$/, 'such as cache.warmed');

/** What Cadre itself says of agents (FEATURES CO-5, 8). Nobody else may say so. */
export const LIFECYCLE_TYPES = [
  'created',
  'initialized',
  'error',
  'heartbeat',
  'activated',
  'deactivated',
  'shutdown',
] as const;
export type LifecycleType = (typeof LIFECYCLE_TYPES)[number];

const taskSchema = z.strictObject({
  /** The sender's own id: the same one twice is one task, and its result carries it. */
  taskId: id,
  /** The capability that is wanted; with a `goal` in `params`, only a name for the kind of task. */
  type: z.string().trim().min(1).max(80),
  /** Input of the task; of it `goal` (words) and `files` (ids) mean what they mean for `tasks.submit`. */
  params: data.default({}),
  /** 1 (least) to 10. */
  priority: z.number().int().min(1).max(10).default(5),
  deadline: time.optional(),
  /** Where its TaskResult is published besides `tasks.result`. */
  replyTopic: topicSchema.optional(),
});

const taskResultSchema = z.strictObject({
  taskId: id,
  status: z.enum(['completed', 'failed', 'partial']),
  result: z.json(),
  /** Why it failed, in a sentence. */
  error: z.string().max(10_000).optional(),
  metrics: z.record(z.string(), z.number()).default({}),
});

const agentEventSchema = z.strictObject({
  type: z.string().min(1).max(100),
  /** Null: the event is about no agent. */
  agentId: z.string().min(1).max(80).nullable(),
  data: data.default({}),
  at: time,
});

const metricSchema = z.strictObject({
  kind: z.enum(['performance', 'system', 'agent']),
  name: z.string().min(1).max(200),
  value: z.number(),
  tags: z.record(z.string(), z.string()).default({}),
});

const hypothesisSchema = z.strictObject({
  id,
  description: z.string().min(1).max(10_000),
  parameters: data,
  experimentPlan: data,
});

/** Every envelope by its name. */
export const envelopeSchemas = {
  Task: taskSchema,
  TaskResult: taskResultSchema,
  AgentEvent: agentEventSchema,
  Metric: metricSchema,
  Hypothesis: hypothesisSchema,
} as const;
export type EnvelopeName = keyof typeof envelopeSchemas;
export type TaskEnvelope = z.output<typeof taskSchema>;
export type TaskResultEnvelope = z.output<typeof taskResultSchema>;
export type AgentEventEnvelope = z.output<typeof agentEventSchema>;

const FIXED: Readonly<Record<string, EnvelopeName>> = {
  'tasks.submit': 'Task',
  'tasks.result': 'TaskResult',
  'agents.event': 'AgentEvent',
  'metrics.update': 'Metric',
  'meta.hypothesis': 'Hypothesis',
};

/** The envelope that a topic carries; undefined for topics that agents agree on themselves. */
export function envelopeOfTopic(topic: string): EnvelopeName | undefined {
  const fixed = FIXED[topic];
  if (fixed) return fixed;
  if (/^tasks\..+\.result$/.test(topic)) return 'TaskResult';
  return topic.startsWith('tasks.') ? 'Task' : undefined;
}

/** The agent that a topic of the form `tasks.<agent>` gives tasks to, by name or id. */
export function agentOfTopic(topic: string): string | undefined {
  return envelopeOfTopic(topic) === 'Task' && topic !== 'tasks.submit'
    ? topic.slice('tasks.'.length)
    : undefined;
}

/** What a message on a well-known topic carries. */
export type Envelope = {
  [Name in EnvelopeName]: { name: Name; content: z.output<(typeof envelopeSchemas)[Name]> };
}[EnvelopeName];

/**
 * Reads the envelope of a message that is published; undefined on topics that need none.
 * @throws CadreError `message/envelope-invalid`, which names the field
 */
export function readEnvelope(
  topic: string,
  message: { type: string; payload: unknown },
): Envelope | undefined {
  const name = envelopeOfTopic(topic);
  if (!name) return undefined;
  const refuse = (detail: string) =>
    new CadreError('message/envelope-invalid', { topic, envelope: name, detail });
  if (message.type !== 'status_update')
    throw refuse(`type: it comes in a status_update, not in a ${message.type}`);
  const { success, data: carried } = carrierSchema.safeParse(message.payload);
  if (!success) throw refuse('data.envelope: it is missing');
  const parsed = envelopeSchemas[name].safeParse(carried.data.envelope);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${['envelope', ...(issue?.path ?? [])].map(String).join('.')}: ${issue?.message ?? ''}`);
  }
  const envelope = { name, content: parsed.data } as Envelope; // the schema is that of the name
  if (envelope.name === 'Task') checkReplyTopic(envelope.content, refuse);
  return envelope;
}

const carrierSchema = z.looseObject({
  data: z.looseObject({ envelope: z.record(z.string(), z.unknown()) }),
});

/** Results would be taken for tasks, or for envelopes of another kind. */
function checkReplyTopic({ replyTopic }: TaskEnvelope, refuse: (detail: string) => CadreError): void {
  const carries = replyTopic === undefined ? undefined : envelopeOfTopic(replyTopic);
  if (carries !== undefined && carries !== 'TaskResult')
    throw refuse(`envelope.replyTopic: ${replyTopic} carries a ${carries}, not a TaskResult`);
}
