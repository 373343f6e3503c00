import { z } from 'zod';
import { agentFilter } from '../messages/mailbox.ts';
import { EVENT_TYPES, type EventFilter, type EventRecord } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { byId, type Caller, operation, type StreamEvent, someId } from '../platform/kernel/operation.ts';
import { selectDeadRuns } from '../platform/store/runs.ts';
import { selectTasks } from '../platform/store/task-views.ts';
import { FINAL_STATUSES, scoreTask, selectTask } from '../platform/store/tasks.ts';
import { pageById, pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import { actOperations } from './acts.ts';
import { pauseTask, resumeTask, retryTask, terminateTask } from './control.ts';
import { controlOperations } from './control-operations.ts';
import type { SettleNeeds } from './settle.ts';
import { streamOperations } from './stream.ts';
import { type SubmitNeeds, submitTask } from './submit.ts';
import { shownNodeSchema, statusesSchema, submitSchema, taskSchema, taskSummarySchema } from './task.ts';
import { summarise, viewNode, viewTask } from './view.ts';

type Needs = SubmitNeeds & SettleNeeds;

const submitted = z.object({ id: z.string(), url: z.string(), eventsUrl: z.string() });
const links = (id: string) => ({ id, url: `/api/v1/tasks/${id}`, eventsUrl: `/api/v1/tasks/${id}/events` });

const eventSchema = z.object({
  cursor: z.string(),
  at: z.string(),
  type: z.enum(EVENT_TYPES),
  taskId: z.string().nullable(),
  rootId: z.string().nullable(),
  agentId: z.string().nullable(),
  runId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});

/** What people can do with tasks, and the event log they follow. */
export const taskOperations = [
  operation({
    name: 'tasks.submit',
    summary: 'Gives Cadre a goal. The chief plans it, operators carry it out; follow it at the events URL.',
    route: { method: 'POST', path: '/tasks', status: 202 },
    permission: 'operator',
    effect: 'write',
    input: submitSchema,
    output: submitted,
    example: { goal: 'Brief me: who and what matters here, with sources', files: [] },
    run: async (needs: Needs, caller, input) => links(await submitTask(needs, caller, input)),
  }),
  operation({
    name: 'tasks.batch',
    summary: 'Submits up to 100 goals; each is taken or refused by itself.',
    route: { method: 'POST', path: '/tasks/batch', status: 202 },
    permission: 'operator',
    effect: 'write',
    input: z.object({ tasks: z.array(submitSchema).min(1).max(100) }),
    output: z.object({
      items: z.array(z.union([submitted, z.object({ code: z.string(), message: z.string() })])),
    }),
    example: { tasks: [{ goal: 'List all amounts' }] },
    async run(needs: Needs, caller, { tasks }) {
      const items = [];
      for (const [index, task] of tasks.entries()) {
        const own: Caller = caller.idempotencyKey
          ? { ...caller, idempotencyKey: `${caller.idempotencyKey}#${index}` }
          : caller;
        try {
          items.push(links(await submitTask(needs, own, task)));
        } catch (thrown) {
          if (!(thrown instanceof CadreError)) throw thrown;
          items.push({ code: thrown.code, message: thrown.message });
        }
      }
      return { items };
    },
  }),
  operation({
    name: 'tasks.list',
    summary: 'Tasks that people submitted, newest first; `all` also shows the steps of their plans.',
    route: { method: 'GET', path: '/tasks' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      status: statusesSchema.optional(),
      type: z.string().optional(),
      agentId: z.string().optional(),
      text: z.string().max(500).optional().describe('Words of the goal, in any case, or a task’s id.'),
      all: z.stringbool().or(z.boolean()).default(false),
      ...pagesUpTo(200),
    }),
    output: pageOf(taskSummarySchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, { all, ...input }) =>
      readPage(
        store,
        caller,
        input,
        async (tx, { agentId, ...asked }) =>
          selectTasks(tx, { ...(await agentFilter(tx, agentId)), ...asked, rootsOnly: !all }),
        (tx, rows) => summarise(tx, rows),
      ),
  }),
  operation({
    name: 'tasks.get',
    summary: 'One task: plan, steps with who does them and why, runs, result.',
    route: { method: 'GET', path: '/tasks/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: taskSchema,
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) => store.read(caller.tenantId, (tx) => viewTask(tx, id)),
  }),
  operation({
    name: 'tasks.node',
    summary: 'What became of one step of the workflow that a task follows, with what it gave.',
    route: { method: 'GET', path: '/tasks/{id}/nodes/{path}' },
    permission: 'viewer',
    effect: 'read',
    input: byId.extend({
      path: z.string().min(1).max(500).describe('Path of a step, such as `load` or `each[3].pack`.'),
    }),
    output: shownNodeSchema,
    example: { id: someId, path: 'load' },
    run: ({ store }: Needs, caller, { id, path }) =>
      store.read(caller.tenantId, (tx) => viewNode(tx, id, path)),
  }),
  ...(
    [
      [
        'pause',
        'Stops a task at its next step boundary; nothing more is begun until it is resumed.',
        pauseTask,
      ],
      ['resume', 'Lets a paused task go on where it was.', resumeTask],
      ['terminate', 'Ends a task and everything below it; calls under way are aborted.', terminateTask],
    ] as const
  ).map(([verb, summary, act]) =>
    operation({
      name: `tasks.${verb}` as const,
      summary,
      route: { method: 'POST', path: `/tasks/{id}/${verb}` },
      permission: 'operator',
      effect: verb === 'terminate' ? 'destroy' : 'write',
      input: byId.extend({ reason: z.string().trim().min(1).max(500).optional() }),
      output: taskSchema,
      example: { id: someId },
      async run(needs: Needs, caller, { id, reason }) {
        await act(needs, caller, id, { reason });
        return needs.store.read(caller.tenantId, (tx) => viewTask(tx, id));
      },
    }),
  ),
  operation({
    name: 'tasks.retry',
    summary:
      'Tries a failed or terminated task again; steps that completed stay. `from` names a step of a workflow to do anew.',
    route: { method: 'POST', path: '/tasks/{id}/retry' },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({
      from: z.string().max(500).optional().describe('Path of a step, such as `load` or `each[3].pack`.'),
    }),
    output: taskSchema,
    example: { id: someId },
    async run(needs: Needs, caller, { id, from }) {
      await retryTask(needs, caller, id, from);
      return needs.store.read(caller.tenantId, (tx) => viewTask(tx, id));
    },
  }),
  ...controlOperations,
  ...actOperations,
  operation({
    name: 'tasks.outcome',
    summary: 'Says how good a finished task was, from 0 to 1.',
    route: { method: 'POST', path: '/tasks/{id}/outcomes', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({
      score: z.number().min(0).max(1),
      source: z.enum(['rule', 'evaluator', 'person', 'downstream']).default('person'),
      comment: z.string().max(2_000).optional(),
    }),
    output: taskSummarySchema,
    example: { id: someId, score: 0.9, source: 'person' },
    async run(needs: Needs, caller, { id, score, source, comment }) {
      return needs.store.write(caller.tenantId, async (tx) => {
        const task = await selectTask(tx, id);
        if (!task) throw new CadreError('task/not-found', { id });
        if (!FINAL_STATUSES.includes(task.status))
          throw new CadreError('task/wrong-state', { status: task.status, action: 'rated yet' });
        const [summary] = await summarise(tx, [task]);
        if (!summary) throw new CadreError('task/not-found', { id });
        await scoreTask(tx, id, score);
        await needs.events.append(tx, [
          {
            tenantId: tx.tenantId,
            type: 'outcome.recorded',
            taskId: id,
            rootId: task.root_id,
            agentId: task.agent_id,
            data: { score, source, ...(comment && { comment }), by: caller.actor.name },
          },
        ]);
        return summary;
      });
    },
  }),
  operation({
    name: 'tasks.dead',
    summary:
      'The dead-letter list: runs that were given up, with error and history. `cadre task retry` redrives one.',
    route: { method: 'GET', path: '/dead-letters' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      ...pagesUpTo(200),
    }),
    output: z.object({
      items: z.array(
        z.object({
          runId: z.string(),
          kind: z.string(),
          taskId: z.string().nullable(),
          attempts: z.number(),
          error: z.unknown(),
        }),
      ),
      nextCursor: z.string().nullable(),
    }),
    example: {},
    run: ({ store }: Needs, caller, page) =>
      pageById(
        page,
        ({ beforeId, limit }) => store.read(caller.tenantId, (tx) => selectDeadRuns(tx, beforeId, limit)),
        (row) => ({
          runId: row.id,
          kind: row.kind,
          taskId: row.task_id,
          attempts: row.attempts,
          error: row.error ? JSON.parse(row.error) : null,
        }),
      ),
  }),
  operation({
    name: 'tasks.follow',
    summary: 'The events of a task and its steps, from the beginning or after an event, as they happen.',
    route: { method: 'GET', path: '/tasks/{id}/events', answer: 'events' },
    permission: 'viewer',
    effect: 'read',
    input: byId.extend({ after: z.string().optional() }),
    output: z.custom<AsyncIterable<StreamEvent>>(),
    example: { id: someId },
    async run(needs: Needs, caller, { id, after }) {
      const task = await needs.store.read(caller.tenantId, (tx) => selectTask(tx, id));
      if (!task) throw new CadreError('task/not-found', { id });
      return stream(needs, caller, { tenantId: caller.tenantId, rootId: task.root_id }, after ?? '0-0');
    },
  }),
  ...streamOperations,
  operation({
    name: 'events.follow',
    summary: 'Every event of the tenant from now on, or after an event, as they happen.',
    route: { method: 'GET', path: '/events', answer: 'events' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ after: z.string().optional() }),
    output: z.custom<AsyncIterable<StreamEvent>>(),
    example: {},
    run: async (needs: Needs, caller, { after }) =>
      stream(needs, caller, { tenantId: caller.tenantId }, after),
  }),
  operation({
    name: 'events.last',
    summary: 'Where the event log ends now: following after this cursor gives what is new.',
    route: { method: 'GET', path: '/event-log/last' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({}),
    output: z.object({ cursor: z.string() }),
    example: {},
    run: async ({ events }: Needs) => ({ cursor: await events.last() }),
  }),
  operation({
    name: 'events.list',
    summary: 'A page of the event log, oldest first.',
    route: { method: 'GET', path: '/event-log' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      taskId: z.string().optional(),
      type: z.enum(EVENT_TYPES).optional(),
      cursor: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    output: pageOf(eventSchema),
    example: { limit: 10 },
    async run(needs: Needs, caller, { taskId, type, cursor, limit }) {
      const filter: EventFilter = {
        tenantId: caller.tenantId,
        ...(taskId && { rootId: taskId }),
        ...(type && { type }),
      };
      const items: EventRecord[] = await needs.events.read(filter, cursor, limit);
      return { items, nextCursor: items.length === limit ? (items.at(-1)?.cursor ?? null) : null };
    },
  }),
];

async function* stream(
  needs: Needs,
  caller: Caller,
  filter: EventFilter,
  after: string | undefined,
): AsyncIterable<StreamEvent> {
  for await (const event of needs.events.follow(filter, after, caller.signal)) {
    yield { id: event.cursor, event: event.type, data: event };
  }
}
