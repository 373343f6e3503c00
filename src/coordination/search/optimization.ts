import { z } from 'zod';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import type { EvaluationRow, OptimizationRow } from '../../platform/store/collaboration-rows.ts';
import { criteriaSchema } from './score.ts';
import { spaceSchema } from './space.ts';

/** `requestType` of the message with which an evaluator is asked, and of the one that asks for a search. */
export const EVALUATE = 'evaluate';
export const OPTIMIZE = 'optimize_parameters';

/** The whole grid in its order; points by chance; or many with a small budget and the best with more. */
export const METHODS = ['grid', 'random', 'halving'] as const;
export const OPTIMIZATION_STATUSES = ['running', 'completed', 'failed', 'stopped'] as const;
export const SEARCH_ENDINGS = ['done', 'nothing-left', 'time', 'stopped', 'broken'] as const;
export type SearchEnding = (typeof SEARCH_ENDINGS)[number];
const EVALUATION_STATUSES = ['answered', 'failed', 'silent', 'refused'] as const;

/** Points of one search (a stated bound). */
export const MAX_POINTS = 10_000;
export const DEFAULT_SAMPLES = 50;
const DEFAULT_ETA = 3;
export const EVALUATION_TIMEOUT_MS = 60_000;

/** What is searched, and how: the same for people and for the request `optimize_parameters`. */
export const searchSchema = z.object({
  /** What is evaluated, in the evaluators' own word. */
  type: z.string().trim().min(1).max(80),
  space: spaceSchema,
  /** The same in every evaluation. */
  params: z.record(z.string(), z.json()).default({}),
  /** One metric, or metrics with weights; without either time and success count. */
  criteria: criteriaSchema.optional(),
  method: z.enum(METHODS).default('grid'),
  /** Of `random` and `halving`: points to begin with. */
  samples: z.coerce.number().int().min(1).max(MAX_POINTS).default(DEFAULT_SAMPLES),
  /** The same seed samples the same points. */
  seed: z.coerce.number().int().min(0).max(4_294_967_295).default(1),
  /** Of `halving`: one of so many goes on, with so many times the budget. */
  eta: z.coerce.number().int().min(2).max(100).default(DEFAULT_ETA),
  /** Of `halving`: what an evaluator may spend, in its own unit. */
  budget: z.object({ min: z.number().gt(0), max: z.number().gt(0) }).optional(),
  /** Evaluations asked at once. */
  parallel: z.coerce.number().int().min(1).max(100).default(4),
  /** Of one evaluation. */
  timeoutMs: z.coerce.number().int().min(100).max(3_600_000).default(EVALUATION_TIMEOUT_MS),
  /** Of the whole search; by default as long as it needs. */
  withinMs: z.coerce.number().int().min(100).max(604_800_000).optional(),
});
export type Search = z.output<typeof searchSchema>;

/** One evaluation as people see it. */
export const evaluationSchema = z.object({
  place: z.number().int(),
  rung: z.number().int(),
  params: z.record(z.string(), z.unknown()),
  budget: z.number().nullable(),
  agentId: z.string(),
  name: z.string(),
  status: z.enum(EVALUATION_STATUSES),
  metrics: z.record(z.string(), z.number()).nullable(),
  /** Higher is better; null: it failed. */
  score: z.number().nullable(),
  ms: z.number().nullable(),
  error: z.string().nullable(),
  messageId: z.string().nullable(),
  at: z.string(),
});
export type Evaluation = z.output<typeof evaluationSchema>;

/** A search as people see it. */
export const optimizationSchema = z.object({
  id: z.string(),
  type: z.string(),
  method: z.enum(METHODS),
  space: spaceSchema,
  params: z.record(z.string(), z.unknown()),
  criteria: criteriaSchema.nullable(),
  status: z.enum(OPTIMIZATION_STATUSES),
  endedBecause: z.enum(SEARCH_ENDINGS).nullable(),
  sentence: z.string(),
  /** Evaluations when none fails. */
  planned: z.number().int(),
  evaluations: z.number().int(),
  failed: z.number().int(),
  /** The best so far; of equal ones the first. */
  best: evaluationSchema.nullable(),
  evaluators: z.array(z.object({ agentId: z.string(), name: z.string() })),
  fromId: z.string().nullable(),
  /** In the messages it is found under this name. */
  conversationId: z.string(),
  deadline: z.string().nullable(),
  startedBy: z.string(),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
});
export type Optimization = z.output<typeof optimizationSchema>;

export const conversationOf = (id: string) => `optimization:${id}`;

/** Who evaluates, as it is stored. */
export const evaluatorsSchema = z.array(z.object({ id: z.string(), name: z.string() }));

/** An evaluation as people see it. */
export function toEvaluation(row: EvaluationRow): Evaluation {
  return {
    place: row.place,
    rung: row.rung,
    params: JSON.parse(row.params),
    budget: row.budget,
    agentId: row.agent_id,
    name: row.name,
    status: z.enum(EVALUATION_STATUSES).parse(row.status),
    metrics: row.metrics === null ? null : JSON.parse(row.metrics),
    score: row.score,
    ms: row.ms === null ? null : Number(row.ms),
    error: row.error,
    messageId: row.message_id,
    at: toRfc3339(Number(row.created_at)),
  };
}

/** A search with how it stands as people see it. */
export function toOptimization(
  row: OptimizationRow,
  stands: { evaluations: number; failed: number; best: EvaluationRow | undefined },
): Optimization {
  const time = (ms: number | null) => (ms === null ? null : toRfc3339(Number(ms)));
  const closed = optimizationSchema
    .pick({ method: true, status: true, endedBecause: true })
    .parse({ ...row, endedBecause: row.ended_because });
  return {
    id: row.id,
    type: row.type,
    ...closed,
    space: JSON.parse(row.space),
    params: JSON.parse(row.params),
    criteria: row.criteria === null ? null : JSON.parse(row.criteria),
    sentence: sentenceOf(row, closed.endedBecause, stands),
    planned: row.planned,
    evaluations: stands.evaluations,
    failed: stands.failed,
    best: stands.best ? toEvaluation(stands.best) : null,
    evaluators: evaluatorsSchema
      .parse(JSON.parse(row.evaluators))
      .map(({ id, name }) => ({ agentId: id, name })),
    fromId: row.from_id,
    conversationId: conversationOf(row.id),
    deadline: time(row.deadline),
    startedBy: row.started_by,
    createdAt: toRfc3339(Number(row.created_at)),
    endedAt: time(row.ended_at),
  };
}

function sentenceOf(
  row: OptimizationRow,
  because: SearchEnding | null,
  { evaluations, failed }: { evaluations: number; failed: number },
): string {
  const done = `${evaluations} of ${row.planned} evaluations are done, ${failed} of them without success`;
  if (row.status === 'running') return because === 'stopped' ? 'It is being stopped.' : `${done}.`;
  if (row.status === 'failed') return `It found nothing: ${row.reason ?? 'no evaluation succeeded'}`;
  if (because === 'stopped') return `It was stopped; ${done}.`;
  if (because === 'time') return `Its time was up; ${done}.`;
  if (because === 'nothing-left') return `No point of the last rung succeeded; ${done}.`;
  return `Every point was tried; ${done}.`;
}
