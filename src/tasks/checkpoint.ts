import { z } from 'zod';
import type { EventLog } from '../platform/events/events.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { newId } from '../platform/kernel/ids.ts';
import { sha256 } from '../platform/kernel/random.ts';
import {
  insertCheckpoint,
  selectAgentStates,
  selectDependenciesAmong,
  selectTaskCheckpoints,
  selectTree,
} from '../platform/store/checkpoints.ts';
import { selectControl, selectSpentByRoot } from '../platform/store/control.ts';
import type { CheckpointRow } from '../platform/store/control-rows.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { FINAL_STATUSES } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { Resources } from './resources.ts';
import { TASK_STATUSES } from './task.ts';
import { toWishes } from './wishes.ts';

/**
 * Checkpoints of tasks (FEATURES QC-2). The rows of tasks, runs and steps are the truth and need no restoring: a
 * checkpoint is evidence of what a task was, checked before it resumes. One that was changed or lost a field says that
 * somebody reached into the database, and the task stays paused.
 */
export const CHECKPOINT_REASONS = ['user-pause', 'rule-pause', 'safety', 'command', 'request'] as const;
export type CheckpointReason = (typeof CHECKPOINT_REASONS)[number];

/** Checkpoints that a task keeps; the oldest go first. */
export const KEPT_CHECKPOINTS = 20;
/** Tasks of a tree that a checkpoint names. */
const MAX_TREE = 5_000;

const nullable = z.string().nullable();

/** Every field is required: one that is missing is damage. */
export const checkpointContentSchema = z.object({
  agentStates: z.array(
    z.object({ id: z.string(), name: z.string(), status: z.string(), enabled: z.boolean() }),
  ),
  /** What is still to be done, and what each was before a pause. */
  taskQueue: z.array(
    z.object({
      id: z.string(),
      step: nullable,
      status: z.string(),
      statusBefore: nullable,
      priority: z.number(),
      agentId: nullable,
    }),
  ),
  completedTasks: z.array(
    z.object({ id: z.string(), step: nullable, status: z.string(), stopReason: nullable }),
  ),
  dependencies: z.array(z.object({ taskId: z.string(), needsId: z.string() })),
  resources: z.object({ cpuPercent: z.number(), memoryMb: z.number(), agentCount: z.number() }),
  modelConfig: z.object({
    currentModel: nullable,
    permissionMode: z.string(),
    configuration: z.record(z.string(), z.unknown()),
  }),
});
export type CheckpointContent = z.output<typeof checkpointContentSchema>;
const readableSchema = checkpointContentSchema.partial();
/** What could be read of a checkpoint that may be damaged. */
export type ReadableContent = z.output<typeof readableSchema>;

export const checkpointSummarySchema = z.object({
  id: z.string(),
  taskId: z.string(),
  reason: z.enum(CHECKPOINT_REASONS),
  /** Status of the task then. */
  state: z.enum(TASK_STATUSES),
  /** Bytes. */
  size: z.number().int(),
  hash: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
});

export const checkpointSchema = checkpointSummarySchema.extend({
  /** As it was stored; null when it cannot be read. */
  content: readableSchema.nullable(),
  /** What is wrong with it; a task resumes only from one without. */
  issues: z.array(z.string()),
});

/** Makes a checkpoint of a task and everything below it, in the transaction that needs it; answers its id. */
export async function makeCheckpoint(
  tx: TenantTx,
  { events }: { events: EventLog },
  task: Pick<TaskRow, 'id' | 'root_id' | 'status' | 'agent_id'>,
  { reason, by, resources }: { reason: CheckpointReason; by: string; resources: Resources },
): Promise<string> {
  const content = JSON.stringify(await contentOf(tx, task, resources));
  const id = newId();
  const size = Buffer.byteLength(content);
  await insertCheckpoint(
    tx,
    {
      id,
      task_id: task.id,
      reason,
      state: task.status,
      content,
      hash: sha256(content),
      size,
      created_by: by,
    },
    KEPT_CHECKPOINTS,
  );
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'checkpoint.created',
      taskId: task.id,
      rootId: task.root_id,
      agentId: task.agent_id,
      data: { checkpointId: id, reason, size, by },
    },
  ]);
  return id;
}

async function contentOf(
  tx: TenantTx,
  task: Pick<TaskRow, 'id' | 'root_id'>,
  resources: Resources,
): Promise<CheckpointContent> {
  const tree = await selectTree(tx, task.id, MAX_TREE);
  const agentIds = [...new Set(tree.flatMap((row) => row.agent_id ?? []))];
  const agents = await selectAgentStates(tx, agentIds);
  const wishes = toWishes(await selectControl(tx, task.root_id));
  const spent = (await selectSpentByRoot(tx, [task.root_id])).get(task.root_id) ?? null;
  const open = tree.filter((row) => !FINAL_STATUSES.includes(row.status));
  return {
    agentStates: agents.map(({ enabled, ...agent }) => ({ ...agent, enabled: enabled === 1 })),
    taskQueue: open.map((row) => ({
      id: row.id,
      step: row.step_name,
      status: row.status,
      statusBefore: row.status_before,
      priority: row.priority,
      agentId: row.agent_id,
    })),
    completedTasks: tree
      .filter((row) => FINAL_STATUSES.includes(row.status))
      .map((row) => ({ id: row.id, step: row.step_name, status: row.status, stopReason: row.stop_reason })),
    dependencies: await selectDependenciesAmong(
      tx,
      tree.map((row) => row.id),
    ),
    resources: { ...resources, agentCount: agents.length },
    modelConfig: {
      currentModel: wishes.model,
      permissionMode: wishes.permissionMode,
      configuration: { adaptive: wishes.adaptive, budgetTokens: wishes.budgetTokens, spent },
    },
  };
}

/** What is wrong with a checkpoint; nothing when it is as it was made. Pure. */
export function issuesOf({ content, hash }: Pick<CheckpointRow, 'content' | 'hash'>): string[] {
  const issues: string[] = [];
  const parsed = checkpointContentSchema.safeParse(readable(content));
  if (!parsed.success)
    issues.push(
      ...parsed.error.issues.slice(0, 20).map(({ path, message }) => {
        const place = path.map(String).join('.') || 'the whole';
        return message.includes('received undefined') ? `${place} is missing` : `${place}: ${message}`;
      }),
    );
  if (sha256(content) !== hash) issues.push('its SHA-256 does not match: it was changed after it was made');
  return issues;
}

/** The issues of the newest checkpoint of a task; that there is none is one. */
export async function issuesOfNewest(tx: TenantTx, taskId: string): Promise<string[]> {
  const [newest] = await selectTaskCheckpoints(tx, { taskId, limit: 1 });
  return newest ? issuesOf(newest) : ['it has no checkpoint'];
}

/** What a checkpoint holds, as far as it can be read. */
export function contentIn({ content }: Pick<CheckpointRow, 'content'>): ReadableContent | undefined {
  return readableSchema.safeParse(readable(content)).data;
}

function readable(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // said as an issue of the whole
  }
}

export function toCheckpointSummary(row: CheckpointRow): z.input<typeof checkpointSummarySchema> {
  return {
    id: row.id,
    taskId: row.task_id,
    reason: checkpointSummarySchema.shape.reason.parse(row.reason),
    state: checkpointSummarySchema.shape.state.parse(row.state),
    size: row.size,
    hash: row.hash,
    createdBy: row.created_by,
    createdAt: toRfc3339(Number(row.created_at)),
  };
}

export function toCheckpoint(row: CheckpointRow): z.input<typeof checkpointSchema> {
  return {
    ...toCheckpointSummary(row),
    content: contentIn(row) ?? null,
    issues: issuesOf(row),
  };
}
