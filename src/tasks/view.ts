import { type Mark, sumJoules } from '../energy/physical.ts';
import { toUsd } from '../models/amount.ts';
import { viewBudgets } from '../models/budget-view.ts';
import { capName } from '../models/cap.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { selectBudgets } from '../platform/store/budgets.ts';
import { selectControl, selectUnreported } from '../platform/store/control.ts';
import { type ReadingSum, selectReadingSums } from '../platform/store/energy-readings.ts';
import { selectEstimate } from '../platform/store/estimates.ts';
import { selectNodeAt } from '../platform/store/plans.ts';
import { selectRunsOfTask } from '../platform/store/runs.ts';
import type { PlanNodeRow, TaskRow } from '../platform/store/schema.ts';
import {
  type CheckpointRow,
  type Progress,
  type ShownNodeRow,
  type ShownTaskRow,
  selectCheckpoints,
  selectProgress,
  selectShownNodes,
  selectShownSubtasks,
  selectWork,
} from '../platform/store/task-views.ts';
import { selectDependencyNames, selectTask } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type CallsBelow, selectCallsBelow } from '../platform/store/usage.ts';
import { viewKept } from './estimate-view.ts';
import {
  SHOWN_NODES,
  SHOWN_RESULT_CHARACTERS,
  type ShownNode,
  type Task,
  type TaskSummary,
  type TotalUsage,
  taskResultSchema,
  taskSummarySchema,
  usageSchema,
} from './task.ts';
import { toWishes } from './wishes.ts';

const time = (ms: number | null) => (ms === null ? null : toRfc3339(ms));

/** Rows as people see them in lists. `dependsOn`: names of the steps that each needs, by id. */
export async function summarise(
  tx: TenantTx,
  rows: ShownTaskRow[],
  dependsOn: Map<string, string[]> = new Map(),
): Promise<TaskSummary[]> {
  const ids = rows.map((row) => row.id);
  const progress = await selectProgress(tx, ids);
  return rows.map((row) => toSummary(row, dependsOn.get(row.id) ?? [], progress.get(row.id) ?? null));
}

function toSummary(row: ShownTaskRow, dependsOn: string[], progress: Progress | null): TaskSummary {
  const assignment: { agentName?: string } = row.assignment ? JSON.parse(row.assignment) : {};
  return taskSummarySchema.parse({
    id: row.id,
    parentId: row.parent_id,
    rootId: row.root_id,
    step: row.step_name,
    goal: row.goal,
    type: row.type,
    capability: row.capability,
    status: row.status,
    priority: row.priority,
    agentId: row.agent_id,
    agentName: assignment.agentName ?? null,
    dependsOn,
    progress,
    stopReason: row.stop_reason,
    stopSentence: row.stop_sentence,
    error: row.error === null ? null : JSON.parse(row.error),
    deadline: time(row.deadline),
    createdAt: toRfc3339(row.created_at),
    startedAt: time(row.started_at),
    completedAt: time(row.completed_at),
  });
}

/** One task with plan, steps, runs, usage and result. @throws CadreError `task/not-found` */
export async function viewTask(tx: TenantTx, id: string): Promise<Task> {
  const row = await selectTask(tx, id);
  if (!row) throw new CadreError('task/not-found', { id });
  const readingSubtasks = selectShownSubtasks(tx, id);
  const readingNeeds = selectDependencyNames(tx, id);
  const summarising = Promise.all([readingSubtasks, readingNeeds]).then(([subtasks, needs]) =>
    // How far it is say its steps: where there are none, nobody need ask.
    subtasks.length === 0
      ? [toSummary(row, needs.get(row.id) ?? [], null)]
      : summarise(tx, [row, ...subtasks], needs),
  );
  const [[summary, ...steps], checkpoints, runs, nodes, control, budget, estimate, usage] = await Promise.all(
    [
      summarising,
      selectCheckpoints(tx, id, SHOWN_RESULT_CHARACTERS),
      selectRunsOfTask(tx, id),
      row.workflow_id === null ? [] : selectShownNodes(tx, id, SHOWN_NODES),
      selectControl(tx, row.root_id),
      budgetOf(tx, id),
      estimateOf(tx, id),
      usageOf(tx, row),
    ],
  );
  if (!summary) throw new CadreError('task/not-found', { id });
  const isAtRest = row.status === 'paused' && !runs.some(({ state }) => state === 'running');
  return {
    ...summary,
    createdBy: row.created_by,
    ...toWishes(control),
    input: JSON.parse(row.input),
    files: JSON.parse(row.files),
    result: row.result === null ? null : taskResultSchema.parse(JSON.parse(row.result)),
    plan: row.plan === null ? null : JSON.parse(row.plan),
    assignment: row.assignment === null ? null : JSON.parse(row.assignment),
    subtasks: steps,
    nodes: nodes.map((node) => toNode(node, isAtRest)),
    budget,
    estimate,
    usage,
    steps: checkpoints.map(toCheckpoint),
    runs: runs.map((run) => ({
      id: run.id,
      kind: run.kind,
      state: run.state,
      attempts: run.attempts,
      claims: run.fence,
      error: run.error === null ? null : JSON.parse(run.error),
    })),
  };
}

async function estimateOf(tx: TenantTx, id: string): Promise<Task['estimate']> {
  const row = await selectEstimate(tx, id);
  return row ? viewKept(row) : null;
}

/** The budget that was set for the task itself. */
async function budgetOf(tx: TenantTx, id: string): Promise<Task['budget']> {
  const rows = await selectBudgets(tx, { name: capName.task(id), scope: 'task', scopeId: id, limit: 1 });
  return (await viewBudgets(tx, rows))[0] ?? null;
}

/** What became of one step of the workflow that a task follows, with what it gave. */
export async function viewNode(tx: TenantTx, id: string, path: string): Promise<ShownNode> {
  if (!(await selectTask(tx, id))) throw new CadreError('task/not-found', { id });
  const row = await selectNodeAt(tx, id, path);
  if (!row) throw new CadreError('workflow/no-such-step', { path });
  const node = toNode({ ...row, each: row.kind === 'forEach' ? row.data : null });
  return { ...node, output: await outputOf(tx, row) };
}

/** What a task gave for a step is kept once, with the task. */
async function outputOf(tx: TenantTx, { status, output, child_id }: PlanNodeRow): Promise<unknown> {
  if (status !== 'completed') return null;
  if (output !== null || child_id === null) return output === null ? null : JSON.parse(output);
  const result = (await selectTask(tx, child_id))?.result ?? null;
  return result === null ? null : (JSON.parse(result).output ?? null);
}

/** @param isAtRest its task is paused: what would begin next in the hands of one operator has not */
function toNode(row: ShownNodeRow, isAtRest = false): Task['nodes'][number] {
  const { items }: { items?: unknown[] } = row.each === null ? {} : JSON.parse(row.each);
  return {
    path: row.path,
    kind: row.kind,
    // One of those that the interpreter writes.
    status: (isAtRest && row.status === 'running' && row.kind === 'goal' && row.child_id === null
      ? 'waiting'
      : row.status) as 'running',
    taskId: row.child_id,
    items: items?.length ?? null,
    error: row.error === null ? null : JSON.parse(row.error),
    startedAt: toRfc3339(row.started_at),
    endedAt: time(row.ended_at),
  };
}

function toCheckpoint(row: CheckpointRow): Task['steps'][number] {
  return {
    name: row.name,
    kind: row.kind,
    attempt: row.fence,
    at: toRfc3339(row.created_at),
    result: row.shown,
    cut: (row.length ?? 0) > SHOWN_RESULT_CHARACTERS,
  };
}

async function usageOf(tx: TenantTx, task: TaskRow): Promise<TotalUsage> {
  const [work, unreported, calls, readings] = await Promise.all([
    selectWork(tx, task),
    // What turns of work cost that has not reported: it is under way, or was stopped.
    selectUnreported(tx, task),
    selectCallsBelow(tx, task),
    selectReadingSums(tx, task),
  ]);
  const done = work.filter((row) => row.is_step === 1);
  const total: TotalUsage = {
    steps: done.length,
    workMs: sumOf(done, (row) => row.work_ms),
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
    energyJ: null,
    sources: sourcesOf(calls),
    energy: null,
  };
  for (const { report } of work) {
    if (report === null) continue;
    const { data } = usageSchema.safeParse(JSON.parse(report).usage); // an output may hold such a word, too
    for (const name of REPORTED) {
      const value = data?.[name];
      if (value !== undefined) total[name] = (total[name] ?? 0) + value;
    }
  }
  if (unreported.turns > 0)
    for (const name of ['inputTokens', 'outputTokens', 'costUsd'] as const)
      total[name] = (total[name] ?? 0) + unreported[name];
  addLedger(total, calls);
  return { ...total, ...energyOf(readings, calls) };
}

const sumOf = <Row>(rows: readonly Row[], of: (row: Row) => number | null): number =>
  rows.reduce((sum, row) => sum + (of(row) ?? 0), 0);

/** The ledger also knows of calls whose answer was lost: they were charged, and no result tells of them. */
function addLedger(total: TotalUsage, calls: readonly CallsBelow[]): void {
  if (calls.length === 0) return;
  const booked = {
    inputTokens: sumOf(calls, (one) => one.inputTokens),
    outputTokens: sumOf(calls, (one) => one.outputTokens),
    costUsd: toUsd(sumOf(calls, (one) => one.costNano)),
  };
  for (const name of ['inputTokens', 'outputTokens', 'costUsd'] as const) {
    const reported = total[name];
    if (reported === null && booked[name] === 0) continue; // nobody spoke of it
    if (booked[name] >= (reported ?? 0) - DUST) total[name] = booked[name];
  }
}

/** Fractions of a billionth, which sums of reported dollars leave behind. */
const DUST = 1e-9;

function sourcesOf(calls: readonly CallsBelow[]): TotalUsage['sources'] {
  const of = (source: string) => sumOf(calls, (one) => (one.source === source ? one.calls : 0));
  return { provider: of('provider'), tokenizer: of('tokenizer'), 'worst-case': of('worst-case') };
}

/** Joules as they were measured; what operators reported is in them. */
function energyOf(
  readings: readonly ReadingSum[],
  calls: readonly CallsBelow[],
): Partial<Pick<TotalUsage, 'energyJ' | 'energy'>> {
  const others = calls.filter((one) => one.isOther);
  if (readings.length === 0 && others.length === 0) return {};
  const parts = readings.map(({ joules, low_j, high_j, mark }) => ({
    joules,
    lowJ: low_j,
    highJ: high_j,
    mark: mark as Mark, // written by the meter
  }));
  const besides = {
    joules: sumOf(others, (one) => one.energyMj) / 1_000,
    lowJ: sumOf(others, (one) => one.energyLowMj) / 1_000,
    highJ: sumOf(others, (one) => one.energyHighMj) / 1_000,
    mark: 'estimated' as const,
  };
  const { joules, lowJ, highJ, mark } = sumJoules([...parts, besides]);
  const [ownJ, ownG] = [sumOf(readings, (one) => one.joules), sumOf(readings, (one) => one.carbon_g)];
  const known = sumOf(readings, (one) => one.known);
  return {
    energyJ: known + others.length === 0 ? null : joules,
    energy: {
      mark,
      lowJ,
      highJ,
      // Calls besides the work bring as much for a joule as the work did.
      carbonG: ownJ === 0 ? ownG : (ownG * joules) / ownJ,
      grid: [...new Set(readings.map(({ grid }) => grid))].join(', '),
      unknown: sumOf(readings, (one) => one.attempts) - known,
    },
  };
}

const REPORTED = ['inputTokens', 'outputTokens', 'costUsd', 'energyJ'] as const;
