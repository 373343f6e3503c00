import { z } from 'zod';
import { MARKS } from '../energy/physical.ts';
import { prioritySchema } from '../messages/priority.ts';
import { budgetSchema } from '../models/budget-view.ts';
import { budgetInput } from '../models/cap.ts';
import { USAGE_SOURCES } from '../models/usage.ts';
import { keptEstimateSchema } from './estimate-view.ts';
import { shownWishes, wishesShape } from './wishes.ts';

export const TASK_STATUSES = [
  'pending',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'terminated',
] as const;

/** One or several statuses, as a list, repeated or separated by commas. */
export const statusesSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((text) => text.split(',').map((status) => status.trim())))
  .pipe(z.array(z.enum(TASK_STATUSES)).min(1))
  .describe(`One or several of ${TASK_STATUSES.join(', ')}; separate them with commas.`);

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

/** Longest goal; long material belongs into a file. */
export const MAX_GOAL_CHARACTERS = 10_000;

/** What one submits (DESIGN section 5). */
export const submitSchema = z.object({
  /** Not needed with `workflow`. */
  goal: z.string().default('').meta({ 'x-positional': true }),
  type: z.string().trim().min(1).max(80).default('general'),
  input: z.record(z.string(), z.json()).default({}),
  /** Ids of uploaded files. */
  files: z.array(z.string().max(64)).max(1_000).default([]),
  /** Gives the whole task to this agent instead of a chief. */
  agentId: z.string().max(64).optional(),
  /** Gives the whole task to the best agent with this capability. */
  capability: z.string().max(80).optional(),
  /** Name of a workflow that it follows, or `name@3` for one version. `input` is what the workflow takes. */
  workflow: z.string().max(120).optional(),
  priority: prioritySchema.optional(),
  /** RFC 3339; when it passes, the task ends with the reason `deadline`. */
  deadline: z.iso.datetime({ offset: true }).optional(),
  budget: budgetInput.optional(),
  ...wishesShape,
});
export type Submission = z.output<typeof submitSchema>;

export const usageSchema = z.object({
  inputTokens: z.number().optional(),
  outputTokens: z.number().optional(),
  costUsd: z.number().optional(),
  energyJ: z.number().optional(),
  durationMs: z.number().optional(),
});

/** What a chief with a language model held of the result (docs/chief.md). */
export const reviewSchema = z.object({
  /** `rules`: no review that could be used came, and the rules accepted the result. */
  by: z.enum(['model', 'rules']),
  /** Null: no model answered. */
  model: z.string().nullable(),
  /** `rework` under a final task: the last result was handed over without being accepted. */
  verdict: z.enum(['accept', 'rework']),
  because: z.string(),
  /** How often steps were done again. */
  rounds: z.int(),
  /** The steps that reviews named; what needs them was done again with them. */
  reworked: z.array(z.string()),
});
export type Review = z.output<typeof reviewSchema>;

export const taskResultSchema = z.object({
  /** `partial`: some of its steps did not complete, a review did not accept it, or a person ended the task meanwhile. */
  completeness: z.enum(['complete', 'partial']),
  output: z.unknown(),
  usage: usageSchema.optional(),
  /** What the verifier found, for results of the built-in skills. */
  verification: z.unknown().optional(),
  review: reviewSchema.optional(),
});
export type TaskResult = z.output<typeof taskResultSchema>;

/** A failure that was stored. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  retryable: z.boolean(),
  values: z.record(z.string(), z.unknown()),
});

/** How far a plan is: steps that are final, and all of them. */
const progressSchema = z.object({ done: z.int(), total: z.int() });

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
  /** Null while there is no plan, and for what one operator does alone. */
  progress: progressSchema.nullable(),
  stopReason: z.enum(STOP_REASONS).nullable(),
  stopSentence: z.string().nullable(),
  error: errorSchema.nullable(),
  deadline: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  completedAt: z.string().nullable(),
});
export type TaskSummary = z.output<typeof taskSummarySchema>;

const reported = z.number().nullable();

/** How sure the joules of a task are, and what they bring. */
export const energyUsageSchema = z.object({
  /** The weakest of what matters: read from a counter, from CPU time by known power, or by a rule of thumb. */
  mark: z.enum(MARKS),
  lowJ: z.number(),
  highJ: z.number(),
  /** Grams of CO2e, by the grid. */
  carbonG: z.number(),
  grid: z.string(),
  /** Attempts that ended elsewhere, whose joules nobody said. */
  unknown: z.int(),
});

/** What a task and everything below it took. What nobody reported is null, never 0. */
export const totalUsageSchema = z.object({
  /** How many pieces of work operators began. */
  steps: z.int(),
  /** Working times of those that ended, together. */
  workMs: z.int(),
  inputTokens: reported,
  outputTokens: reported,
  costUsd: reported,
  energyJ: reported,
  /** How sure its tokens are: calls and reports by source. */
  sources: z.record(z.enum(USAGE_SOURCES), z.int()),
  /** What is known of these joules; null before anybody has worked on it. */
  energy: energyUsageSchema.nullable(),
});
export type TotalUsage = z.output<typeof totalUsageSchema>;

/** Characters of a checkpoint's result that are shown. */
export const SHOWN_RESULT_CHARACTERS = 2_000;

/** Nodes of a plan that are shown; a plan may have some more, with the results of its items. */
export const SHOWN_NODES = 3_000;

/** What became of a step of a workflow, or of one item, round or branch of it (`kind` is `block`). */
const nodeSchema = z.object({
  /** Where: `fetch`, `each[3].load` for an item, `loop[2].poll` for a round, `both.left.pack`, `guard.catch.tell`. */
  path: z.string(),
  kind: z.string(),
  status: z.enum(['running', 'waiting', 'completed', 'failed', 'skipped', 'terminated']),
  /** The task that carries it out. */
  taskId: z.string().nullable(),
  /** How many items a `forEach` has. */
  items: z.int().nullable(),
  error: z.object({ code: z.string(), message: z.string(), step: z.string() }).nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
});

/** The same with what it gave; null while it has not completed. */
export const shownNodeSchema = nodeSchema.extend({ output: z.unknown() });
export type ShownNode = z.output<typeof shownNodeSchema>;

/** One task, whole. */
export const taskSchema = taskSummarySchema.extend({
  /** Who asked for it, such as `key:…` or `agent:…`. */
  createdBy: z.string(),
  /** How the whole goal is worked on; a step shows what its goal wishes. */
  ...shownWishes,
  input: z.record(z.string(), z.unknown()),
  files: z.array(z.string()),
  result: taskResultSchema.nullable(),
  plan: z.unknown(),
  /** Who does it, with the terms of the score and who else was considered. */
  assignment: z.unknown(),
  subtasks: z.array(taskSummarySchema),
  /** The steps of its workflow that have begun, in this order; none for the plan of a chief. */
  nodes: z.array(nodeSchema),
  /** Its own; others hold for it as well (`cadre budget list`). */
  budget: budgetSchema.nullable(),
  /** What it was expected to take; null for steps. */
  estimate: keptEstimateSchema.nullable(),
  usage: totalUsageSchema,
  /** Checkpoints of its runs, with what each stored: JSON, `cut` where it is longer than 2,000 characters. */
  steps: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      attempt: z.number().int(),
      at: z.string(),
      result: z.string().nullable(),
      cut: z.boolean(),
    }),
  ),
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
