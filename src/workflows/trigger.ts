import { z } from 'zod';
import { OWN_KINDS } from '../messages/follower.ts';
import { EVENT_TYPES, type EventRecord } from '../platform/events/events.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { TaskTriggerRow } from '../platform/store/schema.ts';
import { evaluate } from './expression.ts';
import { automationName, repeatedTask } from './schedule-view.ts';

/** Triggers: what sets them off, and the bounds that no chain of them passes. Pure rules and forms. */
export const TRIGGER_KINDS = ['webhook', 'file', 'event'] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/** Triggers that set one another off, one after the other. */
export const CHAIN_LIMIT = 8;
/** Events that triggers and schedules make themselves are no reason to fire. */
const NEVER = [...OWN_KINDS, 'trigger'] as const;

/** Also the name of a folder and part of an address, so it is plain. */
const triggerName = automationName.pipe(
  z
    .string()
    .max(63)
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'small letters, digits and hyphens, beginning with a letter or digit'),
);

export const triggerFields = {
  name: triggerName,
  eventType: z
    .string()
    .min(1)
    .max(80)
    .describe('Of the kind `event`: a type of the log such as task.settled, or a kind such as file.*.'),
  condition: z
    .string()
    .max(2_000)
    .describe('Of the kind `event`: an expression over `event` that must be true.'),
  perMinute: z.coerce
    .number()
    .int()
    .min(1)
    .max(6_000)
    .describe('More tasks than so many within a minute are refused.'),
  task: repeatedTask,
};

export const triggerSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(TRIGGER_KINDS),
  status: z.enum(['active', 'paused']),
  /** Why it is paused, when nobody paused it. */
  statusReason: z.string().nullable(),
  eventType: z.string().nullable(),
  condition: z.string().nullable(),
  perMinute: z.int(),
  task: z.unknown(),
  /** Where a webhook takes deliveries. */
  path: z.string().nullable(),
  /** Below the home: where files are dropped. */
  folder: z.string().nullable(),
  fired: z.int(),
  refused: z.int(),
  lastAt: z.string().nullable(),
  lastTaskId: z.string().nullable(),
  lastError: z.string().nullable(),
  role: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Trigger = z.output<typeof triggerSchema>;

/** A row as people see it: never with its secret. */
export function toTrigger(row: TaskTriggerRow): Trigger {
  const kind = triggerSchema.shape.kind.parse(row.kind);
  return {
    id: row.id,
    name: row.name,
    kind,
    status: row.status === 'active' ? 'active' : 'paused',
    statusReason: row.status_reason,
    eventType: row.event_type,
    condition: row.condition,
    perMinute: row.per_minute,
    task: JSON.parse(row.task),
    path: kind === 'webhook' ? `/hooks/${row.id}` : null,
    folder: kind === 'file' ? `inbox/${row.name}` : null,
    fired: row.fired,
    refused: row.refused,
    lastAt: row.last_at === null ? null : toRfc3339(row.last_at),
    lastTaskId: row.last_task_id,
    lastError: row.last_error,
    role: row.role,
    createdBy: row.created_by,
    createdAt: toRfc3339(row.created_at),
    updatedAt: toRfc3339(row.updated_at),
  };
}

/** Whether the fields belong to the kind. @throws CadreError `trigger/bad-kind`, `trigger/event-refused` */
export function checkKind(
  kind: string,
  given: { eventType?: string | null | undefined; condition?: string | null | undefined },
): void {
  const { eventType, condition } = given;
  if (kind === 'event') return checkEventType(eventType ?? '');
  if (eventType) throw new CadreError('trigger/bad-kind', { kind, field: 'eventType' });
  if (condition) throw new CadreError('trigger/bad-kind', { kind, field: 'condition' });
}

function checkEventType(eventType: string): void {
  const refuse = (reason: string) => new CadreError('trigger/event-refused', { eventType, reason });
  const [kind = ''] = eventType.split('.');
  if (NEVER.some((own) => own === kind)) throw refuse('it would set itself off');
  const known = eventType.endsWith('.*')
    ? eventType === `${kind}.*` && EVENT_TYPES.some((type) => type.startsWith(`${kind}.`))
    : EVENT_TYPES.some((type) => type === eventType);
  if (!known) throw refuse('there are no events of this type');
}

/** An event as a condition and a task see it. */
export function eventScope({ type, at, taskId, rootId, agentId, data }: EventRecord): { event: Json } {
  return { event: { type, at, taskId, rootId, agentId, data: data as Json } }; // it came from JSON
}

/**
 * Whether an event is for a trigger: of its type, after its beginning, and as its condition says.
 * @throws CadreError `workflow/expression`
 */
export function matches(trigger: TaskTriggerRow, event: EventRecord): boolean {
  const wanted = trigger.event_type ?? '';
  const isType = wanted.endsWith('.*') ? event.type.startsWith(wanted.slice(0, -1)) : event.type === wanted;
  if (!isType) return false;
  const [txid = 0, seq = 0] = event.cursor.split('-').map(Number);
  if (txid < trigger.from_txid || (txid === trigger.from_txid && seq <= trigger.from_seq)) return false;
  return trigger.condition === null || evaluate(trigger.condition, eventScope(event)) === true;
}
