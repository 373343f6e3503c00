import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { selectRunsOfTask, selectStepsOfTask } from '../platform/store/runs.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { selectDependencyNames, selectSubtasks, selectTask } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type Task, type TaskSummary, taskResultSchema, taskSummarySchema } from './task.ts';

const time = (ms: number | null) => (ms === null ? null : toRfc3339(ms));

/** A row as people see it in lists. */
export function toSummary(row: TaskRow, dependsOn: string[] = []): TaskSummary {
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
    stopReason: row.stop_reason,
    stopSentence: row.stop_sentence,
    error: row.error === null ? null : JSON.parse(row.error),
    deadline: time(row.deadline),
    createdAt: toRfc3339(row.created_at),
    startedAt: time(row.started_at),
    completedAt: time(row.completed_at),
  });
}

/** One task with plan, steps, runs and result. @throws CadreError `task/not-found` */
export async function viewTask(tx: TenantTx, id: string): Promise<Task> {
  const row = await selectTask(tx, id);
  if (!row) throw new CadreError('task/not-found', { id });
  const [subtasks, steps, runs, needs] = [
    await selectSubtasks(tx, id),
    await selectStepsOfTask(tx, id),
    await selectRunsOfTask(tx, id),
    await selectDependencyNames(tx, id),
  ];
  return {
    ...toSummary(row),
    input: JSON.parse(row.input),
    files: JSON.parse(row.files),
    result: row.result === null ? null : taskResultSchema.parse(JSON.parse(row.result)),
    plan: row.plan === null ? null : JSON.parse(row.plan),
    assignment: row.assignment === null ? null : JSON.parse(row.assignment),
    subtasks: subtasks.map((subtask) => toSummary(subtask, needs.get(subtask.id) ?? [])),
    steps: steps.map((step) => ({
      name: step.name,
      kind: step.kind,
      attempt: step.fence,
      at: toRfc3339(step.created_at),
    })),
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
