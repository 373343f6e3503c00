import { z } from 'zod';
import { prioritySchema } from '../messages/priority.ts';
import { budgetInput } from '../models/cap.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { byId, operation, someId } from '../platform/kernel/operation.ts';
import { countCheckpoints, selectCheckpoint, selectTaskCheckpoints } from '../platform/store/checkpoints.ts';
import { countTasks, selectControls, selectSpentByRoot } from '../platform/store/control.ts';
import { selectTasks } from '../platform/store/task-views.ts';
import { FINAL_STATUSES, holdTask, selectTask } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { given, pageById, pageOf, pagesUpTo } from '../tenants/page.ts';
import { changeTask } from './change.ts';
import {
  checkpointSchema,
  checkpointSummarySchema,
  makeCheckpoint,
  toCheckpoint,
  toCheckpointSummary,
} from './checkpoint.ts';
import { findSimilar, similarSchema } from './find-similar.ts';
import { historyOf, transitionSchema } from './history.ts';
import { measureResources } from './resources.ts';
import { RUN_STATES, stateOf } from './states.ts';
import type { SubmitNeeds } from './submit.ts';
import { statusesSchema, TASK_STATUSES, taskSchema } from './task.ts';
import { viewTask } from './view.ts';
import { shownWishes, toWishes, wishesShape } from './wishes.ts';

const flag = z.stringbool().or(z.boolean()).default(false);

const spentSchema = z.object({
  turns: z.number().int(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
});
const NOTHING = { turns: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

const controlledSchema = z.object({
  id: z.string(),
  rootId: z.string(),
  step: z.string().nullable(),
  goal: z.string(),
  status: z.enum(TASK_STATUSES),
  /** In the words of FEATURES QC-1. */
  state: z.enum(RUN_STATES),
  priority: z.number().int(),
  ...shownWishes,
  /** By the turns of the whole goal. */
  spent: spentSchema,
  checkpoints: z.number().int(),
  /** With `includeHistory`: what states it went through, oldest first. */
  history: z.array(transitionSchema).optional(),
});

const counted = Object.fromEntries(TASK_STATUSES.map((status) => [status, z.number().int()])) as Record<
  (typeof TASK_STATUSES)[number],
  z.ZodNumber
>; // one for each status

/** Control of tasks beside pause, resume and terminate: changes, checkpoints, and the view over all of them. */
export const controlOperations = [
  operation({
    name: 'tasks.change',
    summary:
      'Changes an open task: its priority, its budget, and from the next boundary on the model and permission mode of its goal.',
    route: { method: 'PATCH', path: '/tasks/{id}' },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({
      priority: prioritySchema.optional(),
      budget: budgetInput.optional(),
      ...wishesShape,
    }),
    output: taskSchema,
    example: { id: someId, priority: 'high' },
    async run(needs: SubmitNeeds, caller, { id, ...change }) {
      if (Object.values(change).every((value) => value === undefined))
        throw new CadreError('request/invalid', { detail: 'name at least one thing to change' });
      await changeTask(needs, caller, id, change);
      return needs.store.read(caller.tenantId, (tx) => viewTask(tx, id));
    },
  }),
  operation({
    name: 'tasks.controls',
    summary:
      'Goals with their state, wishes and spending, how many are in each state, and how each got there.',
    route: { method: 'GET', path: '/task-controls' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      status: statusesSchema.optional(),
      includeHistory: flag.describe('Adds the transitions of each, from the event log.'),
      all: flag.describe('Also the steps of plans.'),
      ...pagesUpTo(100),
    }),
    output: pageOf(controlledSchema).extend({ counts: z.object(counted) }),
    example: { includeHistory: true, limit: 10 },
    run: ({ store }: SubmitNeeds, caller, { cursor, limit, all, includeHistory, status }) =>
      store.read(caller.tenantId, async (tx) => {
        const page = await pageById(
          { cursor, limit },
          ({ beforeId, limit: rows }) =>
            selectTasks(tx, { ...given({ status, before: beforeId }), rootsOnly: !all, limit: rows }),
          (row) => row,
        );
        const counts = await countTasks(tx, all);
        return {
          ...page,
          items: await showControlled(tx, page.items, includeHistory),
          counts: Object.fromEntries(TASK_STATUSES.map((one) => [one, counts.get(one) ?? 0])) as never, // one for each status
        };
      }),
  }),
  operation({
    name: 'tasks.checkpoints',
    summary: 'The checkpoints of a task, newest first; a terminated task has none.',
    route: { method: 'GET', path: '/tasks/{id}/checkpoints' },
    permission: 'viewer',
    effect: 'read',
    input: byId.extend(pagesUpTo(100)),
    output: pageOf(checkpointSummarySchema),
    example: { id: someId },
    run: ({ store }: SubmitNeeds, caller, { id, cursor, limit }) =>
      store.read(caller.tenantId, async (tx) => {
        if (!(await selectTask(tx, id))) throw new CadreError('task/not-found', { id });
        return pageById(
          { cursor, limit },
          ({ beforeId, limit: rows }) =>
            selectTaskCheckpoints(tx, { taskId: id, ...given({ before: beforeId }), limit: rows }),
          toCheckpointSummary,
        );
      }),
  }),
  operation({
    name: 'checkpoints.get',
    summary: 'One checkpoint with what it holds, and what is wrong with it if anything is.',
    route: { method: 'GET', path: '/checkpoints/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: checkpointSchema,
    example: { id: someId },
    run: ({ store }: SubmitNeeds, caller, { id }) =>
      store.read(caller.tenantId, async (tx) => {
        const row = await selectCheckpoint(tx, id);
        if (!row) throw new CadreError('checkpoint/not-found', { id });
        return toCheckpoint(row);
      }),
  }),
  operation({
    name: 'checkpoints.similar',
    summary:
      'Checkpoints of other goals that are like this one, most alike first: by words of the goal and the steps, state, model, mode and progress.',
    route: { method: 'GET', path: '/checkpoints/{id}/similar' },
    permission: 'viewer',
    effect: 'read',
    input: byId.extend({
      limit: z.coerce.number().int().min(1).max(50).default(10),
      minLikeness: z.coerce.number().min(0).max(1).default(0).describe('Leaves out what is less alike.'),
      sameGoal: flag.describe('Also the other checkpoints of the same goal.'),
    }),
    output: similarSchema,
    example: { id: someId },
    run: ({ store }: SubmitNeeds, caller, input) =>
      store.read(caller.tenantId, (tx) => findSimilar(tx, input)),
  }),
  operation({
    name: 'checkpoints.create',
    summary: 'Makes a checkpoint of an open task now.',
    route: { method: 'POST', path: '/tasks/{id}/checkpoints', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: byId,
    output: checkpointSchema,
    example: { id: someId },
    async run(needs: SubmitNeeds, caller, { id }) {
      const resources = measureResources();
      return needs.store.write(caller.tenantId, async (tx) => {
        const task = await holdTask(tx, id);
        if (!task) throw new CadreError('task/not-found', { id });
        if (FINAL_STATUSES.includes(task.status))
          throw new CadreError('task/wrong-state', { status: task.status, action: 'kept as a checkpoint' });
        const by = caller.actor.name;
        const made = await makeCheckpoint(tx, needs, task, { reason: 'request', by, resources });
        const row = await selectCheckpoint(tx, made);
        if (!row) throw new CadreError('checkpoint/not-found', { id: made });
        return toCheckpoint(row);
      });
    },
  }),
];

async function showControlled(
  tx: TenantTx,
  rows: Awaited<ReturnType<typeof selectTasks>>,
  includeHistory: boolean,
): Promise<Array<z.input<typeof controlledSchema>>> {
  const roots = [...new Set(rows.map((row) => row.root_id))];
  const wishes = new Map((await selectControls(tx, roots)).map((row) => [row.task_id, row]));
  const spent = await selectSpentByRoot(tx, roots);
  const checkpoints = await countCheckpoints(
    tx,
    rows.map((row) => row.id),
  );
  const shown = [];
  for (const row of rows) {
    const status = controlledSchema.shape.status.parse(row.status);
    shown.push({
      id: row.id,
      rootId: row.root_id,
      step: row.step_name,
      goal: row.goal,
      status,
      state: stateOf(status),
      priority: row.priority,
      ...toWishes(wishes.get(row.root_id)),
      spent: spent.get(row.root_id) ?? NOTHING,
      checkpoints: checkpoints.get(row.id) ?? 0,
      ...(includeHistory && { history: await historyOf(tx, { id: row.id, rootId: row.root_id }) }),
    });
  }
  return shown;
}
