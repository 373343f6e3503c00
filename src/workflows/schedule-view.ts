import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { isId } from '../platform/kernel/ids.ts';
import type { ScheduleView } from '../platform/store/schedules.ts';
import type { ScheduleFireRow } from '../platform/store/schema.ts';
import { submitSchema } from '../tasks/task.ts';
import { CATCH_UPS, localTime, nextTimes, OVERLAPS, timerOf } from './schedule.ts';

/** What a task of a schedule or trigger looks like; as `tasks.submit` takes it. */
export const repeatedTask = submitSchema.describe(
  'What each fire submits, as for tasks.submit, without `deadline`.',
);

/** A name that cannot be taken for an id. */
export const automationName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .refine((name) => !isId(name), 'a name, not an id');

/** What one says of a schedule. */
export const scheduleFields = {
  name: automationName,
  cron: z
    .string()
    .min(1)
    .max(200)
    .describe('5 fields (minute hour day month weekday), or 6 with the second first.'),
  zone: z.string().min(1).max(64).describe('IANA time zone, such as Europe/Paris.'),
  catchUp: z
    .enum(CATCH_UPS)
    .describe(
      'Times that passed while Cadre was away: `skip` them, fire `one`, or `all` up to catchUpLimit.',
    ),
  catchUpLimit: z.coerce.number().int().min(1).max(100).describe('Of `all`: the newest so many.'),
  overlap: z
    .enum(OVERLAPS)
    .describe('While the task of the last fire is open: `skip` the fire, or `allow` it.'),
  task: repeatedTask,
};

export const scheduleSchema = z.object({
  id: z.string(),
  name: z.string(),
  cron: z.string(),
  zone: z.string(),
  catchUp: z.enum(CATCH_UPS),
  catchUpLimit: z.int(),
  overlap: z.enum(OVERLAPS),
  task: z.unknown(),
  status: z.enum(['active', 'paused']),
  /** Why it is paused, when nobody paused it. */
  statusReason: z.string().nullable(),
  nextAt: z.string().nullable(),
  lastAt: z.string().nullable(),
  lastTaskId: z.string().nullable(),
  /** Tasks it submitted, and times that passed without one. */
  fired: z.int(),
  missed: z.int(),
  /** Why the last fire was refused. */
  lastError: z.string().nullable(),
  /** Its tasks can do no more than this role. */
  role: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

/** One schedule with its next five times, as its zone shows them and in UTC; none while it is paused. */
export const shownScheduleSchema = scheduleSchema.extend({
  next: z.array(z.object({ local: z.string(), utc: z.string() })),
});

export const fireSchema = z.object({
  id: z.string(),
  /** The time it was for. */
  dueAt: z.string(),
  firedAt: z.string(),
  byHand: z.boolean(),
  outcome: z.enum(['submitted', 'skipped', 'refused']),
  reason: z.string().nullable(),
  taskId: z.string().nullable(),
});

const time = (ms: number | null) => (ms === null ? null : toRfc3339(ms));

/** A row as people see it in lists. */
export function toSchedule(row: ScheduleView): z.output<typeof scheduleSchema> {
  return {
    id: row.id,
    name: row.name,
    cron: row.cron,
    zone: row.zone,
    catchUp: scheduleSchema.shape.catchUp.parse(row.catch_up),
    catchUpLimit: row.catch_up_limit,
    overlap: scheduleSchema.shape.overlap.parse(row.overlap),
    task: JSON.parse(row.task),
    status: row.status === 'active' ? 'active' : 'paused',
    statusReason: row.status_reason,
    nextAt: time(row.next_at),
    lastAt: time(row.last_at),
    lastTaskId: row.last_task_id,
    fired: row.fired,
    missed: row.missed,
    lastError: row.last_error,
    role: row.role,
    createdBy: row.created_by,
    createdAt: toRfc3339(row.created_at),
    updatedAt: toRfc3339(row.updated_at),
  };
}

/** The same with its next times. */
export function showSchedule(row: ScheduleView): z.output<typeof shownScheduleSchema> {
  return { ...toSchedule(row), next: row.next_at === null ? [] : nextOf(row, row.next_at) };
}

function nextOf({ cron, zone }: ScheduleView, first: number) {
  const times = [first, ...nextTimes(timerOf(cron, zone), first, 4)];
  return times.map((ms) => ({ local: localTime(ms, zone), utc: toRfc3339(ms) }));
}

export function toFire(row: ScheduleFireRow): z.output<typeof fireSchema> {
  return {
    id: row.id,
    dueAt: toRfc3339(row.due_at),
    firedAt: toRfc3339(row.fired_at),
    byHand: row.by_hand === 1,
    outcome: fireSchema.shape.outcome.parse(row.outcome),
    reason: row.reason,
    taskId: row.task_id,
  };
}

/** The row that was looked for. @throws CadreError `schedule/not-found` */
export function found<Row>(row: Row | undefined, schedule: string): Row {
  if (!row) throw new CadreError('schedule/not-found', { schedule });
  return row;
}
