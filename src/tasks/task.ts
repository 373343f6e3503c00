import { z } from 'zod';

export const TASK_STATUSES = [
  'pending',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'terminated',
] as const;

/** Why a task ended; every final task has one, with a sentence for people (DESIGN section 2). */
export const STOP_REASONS = [
  'done',
  'failed',
  'terminated',
  'timeout',
  'budget',
  'deadline',
  'no-progress',
  'hop-limit',
  'fan-out-limit',
  'step-limit',
  'rejected',
  'dead-letter',
  'dependency-failed',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** 0 to 100, or an alias. */
export const prioritySchema = z.union([
  z.coerce.number().int().min(0).max(100),
  z.enum(['low', 'normal', 'medium', 'high', 'urgent', 'critical']),
]);

const ALIASES = { low: 25, normal: 50, medium: 50, high: 75, urgent: 100, critical: 100 } as const;

/** The number of a priority or alias. */
export function priorityNumber(priority: z.output<typeof prioritySchema> | undefined): number {
  if (priority === undefined) return ALIASES.normal;
  return typeof priority === 'number' ? priority : ALIASES[priority];
}

/** Longest goal; long material belongs into a file. */
export const MAX_GOAL_CHARACTERS = 10_000;

/** What one submits (DESIGN section 5). */
export const submitSchema = z.object({
  goal: z.string(),
  type: z.string().trim().min(1).max(80).default('general'),
  input: z.record(z.string(), z.json()).default({}),
  /** Ids of uploaded files. */
  files: z.array(z.string().max(64)).max(1_000).default([]),
  /** Gives the whole task to this agent instead of a chief. */
  agentId: z.string().max(64).optional(),
  /** Gives the whole task to the best agent with this capability. */
  capability: z.string().max(80).optional(),
  priority: prioritySchema.optional(),
  /** RFC 3339; when it passes, the task ends with the reason `deadline`. */
  deadline: z.iso.datetime({ offset: true }).optional(),
});
export type Submission = z.output<typeof submitSchema>;

const usageSchema = z.object({
  inputTokens: z.number().optional(),
  outputTokens: z.number().optional(),
  costUsd: z.number().optional(),
  energyJ: z.number().optional(),
  durationMs: z.number().optional(),
});

export const taskResultSchema = z.object({
  /** `partial`: it completed, but some of its steps did not. */
  completeness: z.enum(['complete', 'partial']),
  output: z.unknown(),
  usage: usageSchema.optional(),
  /** What the verifier found, for results of the built-in skills. */
  verification: z.unknown().optional(),
});
export type TaskResult = z.output<typeof taskResultSchema>;

const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  retryable: z.boolean(),
  values: z.record(z.string(), z.unknown()),
});

/** A task in a list. */
export const taskSummarySchema = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  rootId: z.string(),
  step: z.string().nullable(),
  goal: z.string(),
  type: z.string(),
  capability: z.string().nullable(),
  status: z.enum(TASK_STATUSES),
  priority: z.number().int(),
  agentId: z.string().nullable(),
  agentName: z.string().nullable(),
  dependsOn: z.array(z.string()),
  stopReason: z.enum(STOP_REASONS).nullable(),
  stopSentence: z.string().nullable(),
  error: errorSchema.nullable(),
  deadline: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  completedAt: z.string().nullable(),
});
export type TaskSummary = z.output<typeof taskSummarySchema>;

/** One task, whole. */
export const taskSchema = taskSummarySchema.extend({
  input: z.record(z.string(), z.unknown()),
  files: z.array(z.string()),
  result: taskResultSchema.nullable(),
  plan: z.unknown(),
  /** Who does it, with the terms of the score and who else was considered. */
  assignment: z.unknown(),
  subtasks: z.array(taskSummarySchema),
  /** Checkpoints of its runs. */
  steps: z.array(z.object({ name: z.string(), kind: z.string(), attempt: z.number().int(), at: z.string() })),
  /** Its runs: attempts and what went wrong. */
  runs: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      state: z.string(),
      attempts: z.number().int(),
      claims: z.number().int(),
      error: errorSchema.nullable(),
    }),
  ),
});
export type Task = z.output<typeof taskSchema>;
