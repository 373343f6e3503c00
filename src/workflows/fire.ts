import { toRfc3339 } from '../platform/kernel/clock.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { attempt } from '../platform/store/attempt.ts';
import { selectNow } from '../platform/store/now.ts';
import {
  holdSchedule,
  insertFire,
  isKeyRevoked,
  type ScheduleChanges,
  type ScheduleView,
  updateFire,
  updateSchedule,
} from '../platform/store/schedules.ts';
import { FINAL_STATUSES, selectTask } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type BehalfNeeds, isRefusal, submitFor } from './behalf.ts';
import { CATCH_UPS, dueBy } from './schedule.ts';

/** What a fire did. */
interface Fired {
  outcome: 'submitted' | 'skipped' | 'refused';
  taskId: string | null;
  reason: string | null;
}

/** Of two processes that fire, and whatever the clock does, one time brings one task; a proof takes this away. */
export interface FireGuards {
  once: boolean;
}

/**
 * Fires a schedule whose time has come, for each time that its policy picks; answers for how many it was. The fire, the
 * task, the events and the next time commit together, under the lock of the schedule: a crash before the commit leaves
 * the schedule due, and after it there is nothing left to do.
 */
export async function fireDue(
  tx: TenantTx,
  needs: BehalfNeeds,
  id: string,
  guards: FireGuards = { once: true },
): Promise<number> {
  const row = await holdSchedule(tx, id);
  if (row?.status !== 'active' || row.next_at === null || row.next_at > row.now) return 0;
  if (await isKeyRevoked(tx, row.key_id)) {
    await stop(tx, needs, row, 'The key of who answers for it was revoked.');
    return 0;
  }
  const { fires, missed, next } = dueBy(
    {
      cron: row.cron,
      zone: row.zone,
      catchUp: CATCH_UPS.find((one) => one === row.catch_up) ?? 'one',
      catchUpLimit: row.catch_up_limit,
    },
    row.next_at,
    row.now,
  );
  let { last_task_id: lastTaskId, fired, last_error: lastError } = row;
  let left = missed;
  for (const dueAt of fires) {
    const done = await fireFor(tx, needs, { ...row, last_task_id: lastTaskId }, dueAt, guards);
    if (!done) continue; // it fired for this time before
    if (done.outcome === 'submitted') {
      lastTaskId = done.taskId;
      fired += 1;
      lastError = null;
    } else left += 1;
    if (done.outcome === 'refused') lastError = done.reason;
  }
  if (missed > 0) await tellSkipped(tx, needs, row, missed, row.next_at);
  await updateSchedule(tx, row.id, {
    last_at: row.now,
    last_task_id: lastTaskId,
    last_error: lastError,
    fired,
    missed: row.missed + left,
    next_at: next ?? null,
    ...(next === undefined && { status: 'paused', status_reason: 'Its cron has no more times.' }),
  });
  return fires.length;
}

async function fireFor(
  tx: TenantTx,
  needs: BehalfNeeds,
  row: ScheduleView,
  dueAt: number,
  guards: FireGuards,
): Promise<Fired | undefined> {
  const id = newId();
  const fire = { id, schedule_id: row.id, due_at: dueAt, by_hand: guards.once ? 0 : 1 };
  const isFirst = await insertFire(tx, { ...fire, outcome: 'submitted', reason: null, task_id: null });
  if (!isFirst) return undefined;
  const isBusy = row.overlap === 'skip' && (await isOpen(tx, row.last_task_id));
  const done = isBusy
    ? { outcome: 'skipped' as const, taskId: null, reason: 'The task of the last fire was still open.' }
    : await submit(tx, needs, row);
  await updateFire(tx, id, { outcome: done.outcome, reason: done.reason, task_id: done.taskId });
  await tell(tx, needs, row, done, { fireId: id, dueAt: toRfc3339(dueAt), lateMs: row.now - dueAt });
  return done;
}

async function submit(tx: TenantTx, needs: BehalfNeeds, row: ScheduleView): Promise<Fired> {
  try {
    const taskId = await attempt(tx, (inner) =>
      submitFor(inner, needs, row, { createdBy: `schedule:${row.id}` }),
    );
    return { outcome: 'submitted', taskId, reason: null };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { outcome: 'refused', taskId: null, reason: error.message };
  }
}

async function isOpen(tx: TenantTx, taskId: string | null): Promise<boolean> {
  const task = taskId === null ? undefined : await selectTask(tx, taskId);
  return task !== undefined && !FINAL_STATUSES.includes(task.status);
}

/**
 * Fires a schedule now, because somebody asks: also one that is paused, and whatever its last task does. Its next time
 * stays. @throws CadreError as `submitIn`
 */
export async function fireByHand(
  tx: TenantTx,
  needs: BehalfNeeds,
  caller: Caller,
  row: ScheduleView,
): Promise<{ fireId: string; taskId: string }> {
  const fireId = newId();
  const taskId = await submitFor(tx, needs, row, { createdBy: `schedule:${row.id}` });
  const now = await selectNow(tx);
  const fire = { id: fireId, schedule_id: row.id, due_at: now, by_hand: 1 };
  await insertFire(tx, { ...fire, outcome: 'submitted', reason: null, task_id: taskId });
  await updateSchedule(tx, row.id, { last_at: now, last_task_id: taskId, fired: row.fired + 1 });
  const done: Fired = { outcome: 'submitted', taskId, reason: null };
  await tell(tx, needs, row, done, { fireId, dueAt: toRfc3339(now), lateMs: 0, by: caller.actor.name });
  return { fireId, taskId };
}

const EVENTS = {
  submitted: 'schedule.fired',
  skipped: 'schedule.skipped',
  refused: 'schedule.refused',
} as const;

async function tell(
  tx: TenantTx,
  { events }: BehalfNeeds,
  row: ScheduleView,
  { outcome, taskId, reason }: Fired,
  about: Record<string, unknown>,
): Promise<void> {
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: EVENTS[outcome],
      taskId,
      rootId: taskId,
      data: { scheduleId: row.id, schedule: row.name, ...about, ...(reason !== null && { because: reason }) },
    },
  ]);
}

async function tellSkipped(
  tx: TenantTx,
  { events }: BehalfNeeds,
  row: ScheduleView,
  count: number,
  since: number,
): Promise<void> {
  const data = {
    scheduleId: row.id,
    schedule: row.name,
    count,
    since: toRfc3339(since),
    because: 'They passed while nobody watched.',
  };
  await events.append(tx, [{ tenantId: tx.tenantId, type: 'schedule.skipped', data }]);
}

/** Stops a schedule by itself, and says why. */
async function stop(tx: TenantTx, { events }: BehalfNeeds, row: ScheduleView, reason: string): Promise<void> {
  const changes: ScheduleChanges = { status: 'paused', status_reason: reason, next_at: null };
  await updateSchedule(tx, row.id, changes);
  const data = { scheduleId: row.id, schedule: row.name, because: reason };
  await events.append(tx, [{ tenantId: tx.tenantId, type: 'schedule.paused', data }]);
}
