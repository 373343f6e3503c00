import { sql } from 'kysely';
import { isBelow, type TreeTop } from './below.ts';
import type { PlanNodeRow, StepRow, TaskRow } from './schema.ts';
import { FINAL_STATUSES } from './tasks.ts';
import type { TenantTx } from './transaction.ts';

/**
 * Tasks as people look at them. Results and inputs may be megabytes, and one connection reads for everybody: what
 * is not shown is not read.
 */
const SHOWN = [
  'id',
  'parent_id',
  'root_id',
  'step_name',
  'goal',
  'type',
  'capability',
  'status',
  'priority',
  'agent_id',
  'assignment',
  'stop_reason',
  'stop_sentence',
  'error',
  'deadline',
  'created_at',
  'started_at',
  'completed_at',
] as const satisfies Array<keyof TaskRow>;

/** What a list shows of a task. */
export type ShownTaskRow = Pick<TaskRow, (typeof SHOWN)[number]>;

export interface TaskFilter {
  /** Any of these. */
  status?: string[];
  type?: string;
  agentId?: string;
  /** Words that must all occur in the goal, in any case; one that looks like an id may be in the id instead. */
  text?: string;
  /** Only tasks that people submitted, without their steps. */
  rootsOnly: boolean;
  before?: string;
  limit: number;
}

/** Tasks, newest first. */
export async function selectTasks(tx: TenantTx, filter: TaskFilter): Promise<ShownTaskRow[]> {
  let query = tx.db
    .selectFrom('task')
    .select(SHOWN)
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.rootsOnly) query = query.where('parent_id', 'is', null);
  if (filter.status?.length) query = query.where('status', 'in', filter.status);
  if (filter.type) query = query.where('type', '=', filter.type);
  if (filter.agentId) query = query.where('agent_id', '=', filter.agentId);
  if (filter.before) query = query.where('id', '<', filter.before);
  for (const word of (filter.text ?? '').split(/\s+/).filter(Boolean).slice(0, 10)) {
    const inGoal = casesOf(word).map((form) => sql<boolean>`lower(goal) like ${within(form)} escape '\\'`);
    const inId = ID_PART.test(word) ? [sql<boolean>`id like ${within(word.toLowerCase())} escape '\\'`] : [];
    query = query.where((eb) => eb.or([...inGoal, ...inId]));
  }
  return query.execute();
}

/** A word so long and of such letters is hardly in a goal, and hardly in an id by chance. */
const ID_PART = /^[0-9a-f-]{8,36}$/i;

function within(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/**
 * The forms of a word to look for in `lower(goal)`. That function knows only ASCII on SQLite and in some
 * PostgreSQL locales, so other letters are looked for as `müller`, `MÜLLER` and `Österreich` have them.
 */
function casesOf(word: string): string[] {
  const small = word.toLowerCase();
  const capital = small.slice(0, 1).toUpperCase() + small.slice(1);
  const forms = [small, word.toUpperCase(), capital].map((form) =>
    form.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()),
  );
  return [...new Set(forms)];
}

/** The steps of a task, in the order of the plan. */
export async function selectShownSubtasks(tx: TenantTx, parentId: string): Promise<ShownTaskRow[]> {
  return tx.db
    .selectFrom('task')
    .select(SHOWN)
    .where('tenant_id', '=', tx.tenantId)
    .where('parent_id', '=', parentId)
    .orderBy('id')
    .limit(1_000)
    .execute();
}

export interface Progress {
  /** Steps that are final. */
  done: number;
  /** Steps of the plan. */
  total: number;
}

/** How far the plans of these tasks are; a task without steps is not in the answer. */
export async function selectProgress(tx: TenantTx, ids: string[]): Promise<Map<string, Progress>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('task')
    .select(({ fn, eb }) => [
      'parent_id',
      fn.countAll().as('total'),
      fn.sum(eb.case().when('status', 'in', FINAL_STATUSES).then(1).else(0).end()).as('done'),
    ])
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('task')
        .select(({ fn }) => fn.max('id').as('id'))
        .where('tenant_id', '=', tx.tenantId)
        .where('parent_id', 'in', ids)
        // A step that was tried again has a task for each time; the last one says how far it is.
        .groupBy(['parent_id', sql`coalesce(step_name, id)`]),
    )
    .groupBy('parent_id')
    .execute();
  return new Map(
    rows.map((row) => [row.parent_id ?? '', { done: Number(row.done), total: Number(row.total) }]),
  );
}

/** What came of a task, or of one below it. */
export interface WorkRow {
  /** It was carried out itself, and not by its steps; what ended before it began was not. */
  is_step: number;
  /** Null while it is under way. */
  work_ms: number | null;
  /** Its result, when somebody seems to have reported usage in it. */
  report: string | null;
}

/** Of a task and everything below it. */
export async function selectWork(tx: TenantTx, task: TreeTop): Promise<WorkRow[]> {
  const { rows } = await sql<WorkRow>`
    select case when started_at is not null
        and (completed_at is null or status = 'completed' or completed_at > started_at)
        and not exists (select 1 from task step where step.parent_id = task.id) then 1 else 0 end as is_step,
      completed_at - started_at as work_ms, case when result like '%"usage":{%' then result end as report
    from task where ${isBelow(tx, task, 'id')}`.execute(tx.db);
  return rows;
}

export type CheckpointRow = Pick<StepRow, 'name' | 'fence' | 'created_at'> & {
  /** Kind of the run. */
  kind: string;
  /** The beginning of what it stored. */
  shown: string | null;
  length: number | null;
};

/** The checkpoints of a task's runs, oldest first, each with at most so many characters of its result. */
export async function selectCheckpoints(
  tx: TenantTx,
  taskId: string,
  characters: number,
): Promise<CheckpointRow[]> {
  return tx.db
    .selectFrom('step')
    .innerJoin('run', 'run.id', 'step.run_id')
    .select(['step.name', 'step.fence', 'step.created_at', 'run.kind'])
    .select([
      sql<string | null>`substr(step.result, 1, ${sql.lit(characters)})`.as('shown'),
      sql<number | null>`length(step.result)`.as('length'),
    ])
    .where('run.tenant_id', '=', tx.tenantId)
    .where('run.task_id', '=', taskId)
    .orderBy('step.created_at')
    .limit(1_000)
    .execute();
}

/** What is shown of a node: not what came out of it, which may be large. */
export type ShownNodeRow = Pick<
  PlanNodeRow,
  'path' | 'kind' | 'status' | 'error' | 'child_id' | 'started_at' | 'ended_at'
> & {
  /** What a `forEach` remembers, where it is not large. */
  each: string | null;
};

/** The nodes of a task's plan in the order in which they began, at most so many; not that of the plan itself. */
export async function selectShownNodes(tx: TenantTx, taskId: string, limit: number): Promise<ShownNodeRow[]> {
  return tx.db
    .selectFrom('plan_node')
    .select(['path', 'kind', 'status', 'error', 'child_id', 'started_at', 'ended_at'])
    .select(
      sql<
        string | null
      >`case when kind = 'forEach' and length(data) < ${sql.lit(MOST_EACH_CHARACTERS)} then data end`.as(
        'each',
      ),
    )
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('kind', '!=', 'plan')
    .orderBy('started_at')
    .orderBy('path')
    .limit(limit)
    .execute();
}

const MOST_EACH_CHARACTERS = 100_000;
