import { z } from 'zod';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import { holdSchedule, selectFires, selectSchedule, selectSchedules } from '../platform/store/schedules.ts';
import type { Store } from '../platform/store/transaction.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import type { BehalfNeeds } from './behalf.ts';
import { fireByHand } from './fire.ts';
import {
  changeSchedule,
  createSchedule,
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
} from './schedule-save.ts';
import {
  fireSchema,
  found,
  scheduleFields,
  scheduleSchema,
  shownScheduleSchema,
  showSchedule,
  toFire,
  toSchedule,
} from './schedule-view.ts';

type Needs = BehalfNeeds & { store: Store };

const example = {
  name: 'morning brief',
  cron: '30 7 * * 1-5',
  zone: 'Europe/Paris',
  task: { goal: 'Brief me: what is new, with sources' },
};
const one = z.object({ id: z.string().describe('Id or name of the schedule.') });

/** What people can do with schedules. */
export const scheduleOperations = [
  operation({
    name: 'schedules.create',
    summary: 'Has a task submitted again and again, at the times of a cron in a time zone; each time once.',
    route: { method: 'POST', path: '/schedules', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      ...scheduleFields,
      zone: scheduleFields.zone.default('UTC'),
      catchUp: scheduleFields.catchUp.default('one'),
      catchUpLimit: scheduleFields.catchUpLimit.default(10),
      overlap: scheduleFields.overlap.default('skip'),
    }),
    output: shownScheduleSchema,
    example,
    run: (needs: Needs, caller, input) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const schedule = showSchedule(await createSchedule(tx, needs, caller, input));
        await keepAnswer(tx, caller, 201, schedule);
        return schedule;
      }),
  }),
  operation({
    name: 'schedules.list',
    summary: 'Schedules with their next time and what became of their fires, newest first.',
    route: { method: 'GET', path: '/schedules' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ status: z.enum(['active', 'paused']).optional(), ...pagesUpTo(200) }),
    output: pageOf(scheduleSchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, input) =>
      readPage(store, caller, input, selectSchedules, (_tx, rows) => rows.map(toSchedule)),
  }),
  operation({
    name: 'schedules.get',
    summary: 'One schedule, with its next five times in its zone and in UTC.',
    route: { method: 'GET', path: '/schedules/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: one,
    output: shownScheduleSchema,
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) =>
      store.read(caller.tenantId, async (tx) => showSchedule(found(await selectSchedule(tx, id), id))),
  }),
  operation({
    name: 'schedules.fires',
    summary:
      'Each fire of a schedule with the time it was for, its task, or why there is none; newest first.',
    route: { method: 'GET', path: '/schedules/{id}/fires' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ ...one.shape, ...pagesUpTo(200) }),
    output: pageOf(fireSchema),
    example: { id: someId, limit: 10 },
    run: ({ store }: Needs, caller, { id, ...page }) =>
      readPage(
        store,
        caller,
        page,
        async (tx, asked) =>
          selectFires(tx, { ...asked, scheduleId: found(await selectSchedule(tx, id), id).id }),
        (_tx, rows) => rows.map(toFire),
      ),
  }),
  operation({
    name: 'schedules.change',
    summary: 'Changes a schedule; what is not given stays. Whoever changes it answers for it from then on.',
    route: { method: 'PATCH', path: '/schedules/{id}' },
    permission: 'operator',
    effect: 'write',
    input: z.object({ ...one.shape, ...z.object(scheduleFields).partial().shape }),
    output: shownScheduleSchema,
    example: { id: someId, cron: '0 8 * * *' },
    run: (needs: Needs, caller, { id, ...changes }) =>
      needs.store.write(caller.tenantId, async (tx) =>
        showSchedule(await changeSchedule(tx, needs, caller, id, changes)),
      ),
  }),
  operation({
    name: 'schedules.delete',
    summary: 'Ends a schedule. The tasks that it submitted stay.',
    route: { method: 'DELETE', path: '/schedules/{id}' },
    permission: 'operator',
    effect: 'destroy',
    input: byId,
    output: scheduleSchema,
    example: { id: someId },
    run: (needs: Needs, caller, { id }) =>
      needs.store.write(caller.tenantId, async (tx) =>
        toSchedule(await removeSchedule(tx, needs, caller, id)),
      ),
  }),
  ...(
    [
      ['pause', 'Lets a schedule rest; times that pass meanwhile are not made up for.', pauseSchedule],
      ['resume', 'Lets a paused schedule go on with its next time after now.', resumeSchedule],
    ] as const
  ).map(([verb, summary, work]) =>
    operation({
      name: `schedules.${verb}`,
      summary,
      route: { method: 'POST', path: `/schedules/{id}/${verb}` },
      permission: 'operator',
      effect: 'write',
      input: byId,
      output: shownScheduleSchema,
      example: { id: someId },
      run: (needs: Needs, caller, { id }) =>
        needs.store.write(caller.tenantId, async (tx) => {
          const schedule = showSchedule(await work(tx, needs, caller, id));
          await keepAnswer(tx, caller, 200, schedule);
          return schedule;
        }),
    }),
  ),
  operation({
    name: 'schedules.fire',
    summary: 'Fires a schedule now, whatever its times and its last task say. Its next time stays.',
    route: { method: 'POST', path: '/schedules/{id}/fire', status: 202 },
    permission: 'operator',
    effect: 'write',
    input: byId,
    output: z.object({ fireId: z.string(), taskId: z.string(), url: z.string() }),
    example: { id: someId },
    run: (needs: Needs, caller, { id }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const row = found(await holdSchedule(tx, id), id);
        const fired = await fireByHand(tx, needs, caller, row);
        const answer = { ...fired, url: `/api/v1/tasks/${fired.taskId}` };
        await keepAnswer(tx, caller, 202, answer);
        return answer;
      }),
  }),
];
