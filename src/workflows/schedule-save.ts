import type { EventType } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { selectNow } from '../platform/store/now.ts';
import {
  countSchedules,
  deleteSchedule,
  holdSchedule,
  insertSchedule,
  isScheduleName,
  type ScheduleView,
  selectSchedule,
  updateSchedule,
} from '../platform/store/schedules.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { Submission } from '../tasks/task.ts';
import { answererOf, type BehalfNeeds, checkTask, roleOf } from './behalf.ts';
import { firstTime } from './schedule.ts';
import { found } from './schedule-view.ts';

/** Schedules of one tenant. */
export const SCHEDULE_LIMIT = 10_000;

export interface ScheduleInput {
  name: string;
  cron: string;
  zone: string;
  catchUp: string;
  catchUpLimit: number;
  overlap: string;
  task: Submission;
}

/**
 * Adds a schedule; its first time is the next after now.
 * @throws CadreError `schedule/bad-cron`, `schedule/bad-zone`, `schedule/bad-task`, `schedule/name-taken`,
 *   `schedule/too-many`, `agent/not-found`, `file/not-found`
 */
export async function createSchedule(
  tx: TenantTx,
  needs: BehalfNeeds,
  caller: Caller,
  input: ScheduleInput,
): Promise<ScheduleView> {
  const nextAt = firstTime(input.cron, input.zone, await selectNow(tx));
  await checkTask(tx, input.name, input.task);
  if ((await countSchedules(tx)) >= SCHEDULE_LIMIT)
    throw new CadreError('schedule/too-many', { limit: SCHEDULE_LIMIT });
  const id = newId();
  const isAdded = await insertSchedule(tx, {
    id,
    name: input.name,
    cron: input.cron,
    zone: input.zone,
    catch_up: input.catchUp,
    catch_up_limit: input.catchUpLimit,
    overlap: input.overlap,
    task: JSON.stringify(input.task),
    next_at: nextAt,
    ...(await answererOf(tx, caller)),
    created_by: `${caller.actor.kind}:${caller.actor.id}`,
  });
  if (!isAdded) throw new CadreError('schedule/name-taken', { name: input.name });
  const row = found(await selectSchedule(tx, id), id);
  await tell(tx, needs, 'schedule.created', row, caller);
  return row;
}

/** Changes a schedule. With another cron or zone its next time is counted from now. @throws CadreError as above */
export async function changeSchedule(
  tx: TenantTx,
  needs: BehalfNeeds,
  caller: Caller,
  id: string,
  changes: { [Field in keyof ScheduleInput]?: ScheduleInput[Field] | undefined },
): Promise<ScheduleView> {
  const row = found(await holdSchedule(tx, id), id);
  const { name = row.name, cron = row.cron, zone = row.zone, task } = changes;
  if (name !== row.name && (await isScheduleName(tx, name)))
    throw new CadreError('schedule/name-taken', { name });
  if (task) await checkTask(tx, name, task);
  const isMoved = cron !== row.cron || zone !== row.zone;
  const first = isMoved ? firstTime(cron, zone, row.now) : row.next_at;
  await updateSchedule(tx, row.id, {
    name,
    cron,
    zone,
    catch_up: changes.catchUp ?? row.catch_up,
    catch_up_limit: changes.catchUpLimit ?? row.catch_up_limit,
    overlap: changes.overlap ?? row.overlap,
    ...(task && { task: JSON.stringify(task) }),
    next_at: row.status === 'active' ? first : null,
    ...(await answererOf(tx, caller, roleOf(row.role))),
    updated_at: row.now,
  });
  const changed = found(await selectSchedule(tx, row.id), id);
  await tell(tx, needs, 'schedule.changed', changed, caller);
  return changed;
}

/** Lets a schedule rest; times that pass meanwhile are not made up for. @throws CadreError `schedule/not-found` */
export async function pauseSchedule(
  tx: TenantTx,
  needs: BehalfNeeds,
  caller: Caller,
  id: string,
): Promise<ScheduleView> {
  const row = found(await holdSchedule(tx, id), id);
  if (row.status === 'paused') return row;
  await updateSchedule(tx, row.id, { status: 'paused', status_reason: null, next_at: null });
  await tell(tx, needs, 'schedule.paused', row, caller);
  return found(await selectSchedule(tx, row.id), id);
}

/** Lets it go on from now; whoever asks answers for it. @throws CadreError `schedule/not-found` */
export async function resumeSchedule(
  tx: TenantTx,
  needs: BehalfNeeds,
  caller: Caller,
  id: string,
): Promise<ScheduleView> {
  const row = found(await holdSchedule(tx, id), id);
  if (row.status === 'active') return row;
  await updateSchedule(tx, row.id, {
    status: 'active',
    status_reason: null,
    next_at: firstTime(row.cron, row.zone, row.now),
    ...(await answererOf(tx, caller, roleOf(row.role))),
    updated_at: row.now,
  });
  await tell(tx, needs, 'schedule.resumed', row, caller);
  return found(await selectSchedule(tx, row.id), id);
}

/** Ends a schedule; the tasks it submitted stay. @throws CadreError `schedule/not-found` */
export async function removeSchedule(
  tx: TenantTx,
  needs: BehalfNeeds,
  caller: Caller,
  id: string,
): Promise<ScheduleView> {
  const row = found(await holdSchedule(tx, id), id);
  await deleteSchedule(tx, row.id);
  await tell(tx, needs, 'schedule.removed', row, caller);
  return row;
}

async function tell(
  tx: TenantTx,
  { events }: BehalfNeeds,
  type: EventType,
  row: ScheduleView,
  caller: Caller,
): Promise<void> {
  const data = { scheduleId: row.id, schedule: row.name, by: caller.actor.name };
  await events.append(tx, [{ tenantId: tx.tenantId, type, data }]);
}
