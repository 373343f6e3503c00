import { z } from 'zod';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError, toErrorRecord } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { Json } from '../../platform/kernel/json.ts';
import { byId, type Caller, operation, someId } from '../../platform/kernel/operation.ts';
import { countCommands, insertCommand, selectCommands } from '../../platform/store/commands.ts';
import type { CommandRow } from '../../platform/store/control-rows.ts';
import type { TaskRow } from '../../platform/store/schema.ts';
import { FINAL_STATUSES, holdTask, selectTask } from '../../platform/store/tasks.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import type { ControlNeeds } from '../../tasks/control.ts';
import { measureResources } from '../../tasks/resources.ts';
import { errorSchema } from '../../tasks/task.ts';
import { given, pageById, pageOf, pagesUpTo } from '../../tenants/page.ts';
import { COMMANDS, commandCalled } from './commands.ts';

const MAX_NAME = 200;

const commandSchema = z.object({
  id: z.string(),
  taskId: z.string(),
  command: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  status: z.enum(['done', 'denied']),
  /** What it did. */
  outcome: z.unknown(),
  error: errorSchema.nullable(),
  durationMs: z.number(),
  by: z.string(),
  at: z.string(),
});

const countSchema = z.object({
  command: z.string(),
  done: z.number().int(),
  denied: z.number().int(),
  averageMs: z.number(),
});

/** Commands that people give to tasks under way. */
export const commandOperations = [
  operation({
    name: 'tasks.command',
    summary: `Gives a task under way a named command: ${Object.keys(COMMANDS).join(', ')}.`,
    route: { method: 'POST', path: '/tasks/{id}/commands' },
    permission: 'operator',
    effect: 'write',
    input: byId.extend({
      command: z.string().min(1).max(MAX_NAME),
      arguments: z.record(z.string().max(MAX_NAME), z.json()).default({}),
    }),
    output: commandSchema,
    example: { id: someId, command: 'reprioritise', arguments: { priority: 'high' } },
    run: (needs: ControlNeeds, caller, input) => carryOut(needs, caller, input),
  }),
  operation({
    name: 'tasks.commands',
    summary: 'Commands that were given, newest first, denied ones too, and how often each was.',
    route: { method: 'GET', path: '/task-commands' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      taskId: z.string().optional(),
      status: z.enum(['done', 'denied']).optional(),
      ...pagesUpTo(200),
    }),
    output: pageOf(commandSchema).extend({
      counts: z.array(countSchema),
      /** The commands that exist. */
      known: z.array(z.object({ command: z.string(), about: z.string() })),
    }),
    example: { limit: 10 },
    run: ({ store }: ControlNeeds, caller, { cursor, limit, ...filter }) =>
      store.read(caller.tenantId, async (tx) => {
        const page = await pageById(
          { cursor, limit },
          ({ beforeId, limit: rows }) =>
            selectCommands(tx, { ...given(filter), ...given({ before: beforeId }), limit: rows }),
          toCommand,
        );
        return {
          ...page,
          counts: toCounts(await countCommands(tx, filter.taskId)),
          known: Object.entries(COMMANDS).map(([name, { about }]) => ({ command: name, about })),
        };
      }),
  }),
];

interface Wanted {
  id: string;
  command: string;
  arguments: Record<string, Json>;
}

/**
 * Checks a command before anything else, carries it out and books it, in one transaction. What is denied is booked and
 * said in the log as well, and then thrown.
 */
async function carryOut(needs: ControlNeeds, caller: Caller, wanted: Wanted) {
  const began = needs.clock.monotonicMs();
  const resources = measureResources();
  const id = newId();
  try {
    const named = commandCalled(wanted.command);
    if (!named)
      throw new CadreError('control/denied-command', {
        command: wanted.command,
        known: Object.keys(COMMANDS).join(', '),
      });
    const input = parse(wanted, named.arguments);
    return await needs.store.write(caller.tenantId, async (tx) => {
      await needs.runs.holdAround(tx, wanted.id);
      const task = await holdTask(tx, wanted.id);
      if (!task) throw new CadreError('task/not-found', { id: wanted.id });
      if (FINAL_STATUSES.includes(task.status))
        throw new CadreError('task/wrong-state', { status: task.status, action: 'given commands' });
      const outcome = await named.run(tx, needs, { caller, task, resources }, input);
      const durationMs = needs.clock.monotonicMs() - began;
      return book(tx, needs, caller, task, { id, wanted, durationMs, outcome });
    });
  } catch (error) {
    if (!(error instanceof CadreError) || error.code === 'task/not-found') throw error;
    const durationMs = needs.clock.monotonicMs() - began;
    await needs.store.write(caller.tenantId, async (tx) => {
      const task = await selectTask(tx, wanted.id);
      if (!task) throw new CadreError('task/not-found', { id: wanted.id });
      await book(tx, needs, caller, task, { id, wanted, durationMs, error });
    });
    throw error;
  }
}

function parse(wanted: Wanted, schema: z.ZodType): unknown {
  const parsed = schema.safeParse(wanted.arguments);
  if (parsed.success) return wanted.arguments;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join('.');
  throw new CadreError('control/command-arguments', {
    command: wanted.command,
    detail: `${place ? `${place}: ` : ''}${issue?.message ?? 'it has another form'}`,
  });
}

interface Booked {
  id: string;
  wanted: Wanted;
  durationMs: number;
  outcome?: Json;
  error?: CadreError;
}

async function book(
  tx: TenantTx,
  { events }: ControlNeeds,
  caller: Caller,
  task: Pick<TaskRow, 'id' | 'root_id'>,
  { id, wanted, durationMs, outcome, error }: Booked,
): Promise<z.input<typeof commandSchema>> {
  const row = {
    id,
    task_id: task.id,
    name: wanted.command,
    arguments: JSON.stringify(wanted.arguments),
    status: error ? 'denied' : 'done',
    outcome: outcome === undefined ? null : JSON.stringify(outcome),
    error: error ? JSON.stringify(toErrorRecord(error)) : null,
    duration_ms: durationMs,
    given_by: caller.actor.name,
  };
  await insertCommand(tx, row);
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: error ? 'command.denied' : 'command.done',
      taskId: task.id,
      rootId: task.root_id,
      data: {
        commandId: id,
        command: wanted.command,
        arguments: wanted.arguments,
        by: caller.actor.name,
        ...(error ? { code: error.code, because: error.message } : { outcome }),
      },
    },
  ]);
  const [kept] = await selectCommands(tx, { taskId: task.id, limit: 1 });
  return toCommand({ ...row, tenant_id: tx.tenantId, created_at: Number(kept?.created_at ?? 0) });
}

function toCommand(row: CommandRow): z.input<typeof commandSchema> {
  return {
    id: row.id,
    taskId: row.task_id,
    command: row.name,
    arguments: JSON.parse(row.arguments),
    status: row.status === 'done' ? 'done' : 'denied',
    outcome: row.outcome === null ? null : JSON.parse(row.outcome),
    error: row.error === null ? null : JSON.parse(row.error),
    durationMs: row.duration_ms,
    by: row.given_by,
    at: toRfc3339(Number(row.created_at)),
  };
}

function toCounts(rows: Awaited<ReturnType<typeof countCommands>>): Array<z.input<typeof countSchema>> {
  const counts = new Map<string, z.input<typeof countSchema>>();
  for (const { name, status, count, averageMs } of rows) {
    const one = counts.get(name) ?? { command: name, done: 0, denied: 0, averageMs: 0 };
    if (status === 'done') counts.set(name, { ...one, done: count, averageMs });
    else counts.set(name, { ...one, denied: count, averageMs: one.done > 0 ? one.averageMs : averageMs });
  }
  return [...counts.values()];
}
