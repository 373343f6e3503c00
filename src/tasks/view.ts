import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { selectControl, selectUnreported } from '../platform/store/control.ts';
import { selectRunsOfTask } from '../platform/store/runs.ts';
import {
  type CheckpointRow,
  type Progress,
  type ShownNodeRow,
  type ShownTaskRow,
  selectCheckpoints,
  selectProgress,
  selectReports,
  selectShownNodes,
  selectShownSubtasks,
  selectWork,
} from '../platform/store/task-views.ts';
import { selectDependencyNames, selectTask } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import {
  SHOWN_NODES,
  SHOWN_RESULT_CHARACTERS,
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
  const subtasks = await selectShownSubtasks(tx, id);
  const checkpoints = await selectCheckpoints(tx, id, SHOWN_RESULT_CHARACTERS);
  const runs = await selectRunsOfTask(tx, id);
  const needs = await selectDependencyNames(tx, id);
  const nodes = row.workflow_id === null ? [] : await selectShownNodes(tx, id, SHOWN_NODES);
  const [summary, ...steps] = await summarise(tx, [row, ...subtasks], needs);
  if (!summary) throw new CadreError('task/not-found', { id });
  return {
    ...summary,
    createdBy: row.created_by,
    ...toWishes(await selectControl(tx, row.root_id)),
    input: JSON.parse(row.input),
    files: JSON.parse(row.files),
    result: row.result === null ? null : taskResultSchema.parse(JSON.parse(row.result)),
    plan: row.plan === null ? null : JSON.parse(row.plan),
    assignment: row.assignment === null ? null : JSON.parse(row.assignment),
    subtasks: steps,
    nodes: nodes.map(toNode),
    usage: await usageOf(tx, id),
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

function toNode(row: ShownNodeRow): Task['nodes'][number] {
  const { items }: { items?: unknown[] } = row.each === null ? {} : JSON.parse(row.each);
  return {
    path: row.path,
    kind: row.kind,
    status: row.status as 'running', // one of those that the interpreter writes
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

async function usageOf(tx: TenantTx, id: string): Promise<TotalUsage> {
  const { steps, workMs } = await selectWork(tx, id);
  const total: TotalUsage = {
    steps,
    workMs,
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
    energyJ: null,
  };
  for (const result of await selectReports(tx, id)) {
    const { data } = usageSchema.safeParse(JSON.parse(result).usage); // an output may hold such a word, too
    for (const name of REPORTED) {
      const value = data?.[name];
      if (value !== undefined) total[name] = (total[name] ?? 0) + value;
    }
  }
  // What turns of work cost that has not reported: it is under way, or was stopped.
  const unreported = await selectUnreported(tx, id);
  if (unreported.turns > 0)
    for (const name of ['inputTokens', 'outputTokens', 'costUsd'] as const)
      total[name] = (total[name] ?? 0) + unreported[name];
  return total;
}

const REPORTED = ['inputTokens', 'outputTokens', 'costUsd', 'energyJ'] as const;
