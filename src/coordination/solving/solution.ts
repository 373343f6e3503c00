import { z } from 'zod';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import type { BoardEntryRow, SolutionRow } from '../../platform/store/solution-rows.ts';
import { ENTRY_STATUSES } from './answer.ts';
import { METHODS, SOLUTION_FAILURES } from './odds.ts';

export const SOLUTION_STATUSES = ['open', 'solved', 'failed'] as const;

/** One agent on the board, as people see it. */
export const entrySchema = z.object({
  agentId: z.string(),
  name: z.string(),
  status: z.enum(ENTRY_STATUSES),
  /** False: it was asked for the record only. */
  counts: z.boolean(),
  answer: z.string().nullable(),
  confidence: z.number().nullable(),
  evidence: z.string().nullable(),
  /** How often it is right at this type of task, as far as was known when the solution began. */
  expected: z.number(),
  /** The stigmergic weight of the agent then, 0 to 1 (FEATURES KG-2). */
  mark: z.number(),
  /** Answers of others it was shown before it answered. */
  saw: z.number().int(),
  /** It said what led the board it was shown: that counts less, for it may be copied. */
  follows: z.boolean(),
  costUsd: z.number(),
  ms: z.number().nullable(),
  /** Null: not judged, or not known. */
  correct: z.boolean().nullable(),
  error: z.string().nullable(),
  messageId: z.string().nullable(),
});
export type Entry = z.output<typeof entrySchema>;

/** A solution as people see it. */
export const solutionSchema = z.object({
  id: z.string(),
  question: z.string(),
  /** Null: the answers are free. */
  options: z.array(z.string()).nullable(),
  type: z.string(),
  capability: z.string().nullable(),
  teamId: z.string().nullable(),
  method: z.enum(METHODS),
  threshold: z.number(),
  floor: z.number(),
  board: z.enum(['shown', 'hidden']),
  measure: z.boolean(),
  timeoutMs: z.number().int(),
  status: z.enum(SOLUTION_STATUSES),
  answer: z.string().nullable(),
  reason: z.enum(SOLUTION_FAILURES).nullable(),
  /** What happened, in a sentence. */
  sentence: z.string(),
  /** How likely each option is by the answers that count, likeliest first. */
  posterior: z.array(z.object({ option: z.string(), probability: z.number(), answers: z.number().int() })),
  /** How far the likeliest is ahead of the next one. */
  margin: z.number().nullable(),
  /** Who was asked, and who was not needed. */
  asked: z.array(z.string()),
  spared: z.array(z.string()),
  /** Of the answers that count; those for the record only cost `measuringUsd` beside. */
  costUsd: z.number(),
  measuringUsd: z.number(),
  ms: z.number().nullable(),
  entries: z.array(entrySchema),
  outcome: z
    .object({
      correct: z.boolean(),
      answer: z.string().nullable(),
      source: z.string(),
      by: z.string(),
      at: z.string(),
    })
    .nullable(),
  openedBy: z.string(),
  createdAt: z.string(),
  closedAt: z.string().nullable(),
});
export type Solution = z.output<typeof solutionSchema>;

export type EntryView = BoardEntryRow & { name: string | null };

const posteriorSchema = solutionSchema.shape.posterior;
const UNASKED: readonly string[] = ['waiting', 'spared'];

const FAILURES = {
  'nobody-answered': 'nobody gave an answer that counts',
  tie: 'the leading answers are equal',
  'too-unsure': 'no answer is likely enough',
  'given-up': 'the run was given up',
} as const;

/** A solution with its board as people see it. */
export function toSolution(row: SolutionRow, board: readonly EntryView[]): Solution {
  const entries = board.map(toEntry);
  const { method, status, reason } = solutionSchema
    .pick({ method: true, status: true, reason: true })
    .parse(row);
  const names = (of: Entry[]) => of.map((entry) => entry.name);
  const sum = (of: Entry[]) => of.reduce((total, entry) => total + entry.costUsd, 0);
  const posterior = row.posterior === null ? [] : posteriorSchema.parse(JSON.parse(row.posterior));
  const solution = {
    id: row.id,
    question: row.question,
    options: row.options === null ? null : (JSON.parse(row.options) as string[]), // written by `begin`
    type: row.type,
    capability: row.capability,
    teamId: row.team_id,
    method,
    threshold: row.threshold,
    floor: row.floor,
    board: row.shows_board === 1 ? ('shown' as const) : ('hidden' as const),
    measure: row.measures === 1,
    timeoutMs: Number(row.timeout_ms),
    status,
    answer: row.answer,
    reason,
    posterior,
    margin: row.margin,
    asked: names(entries.filter((entry) => !UNASKED.includes(entry.status) && entry.counts)),
    spared: names(entries.filter((entry) => entry.status === 'spared' || !entry.counts)),
    costUsd: sum(entries.filter((entry) => entry.counts)),
    measuringUsd: sum(entries.filter((entry) => !entry.counts)),
    ms: row.closed_at === null ? null : Number(row.closed_at) - Number(row.created_at),
    entries,
    outcome:
      row.correct === null || row.judged_at === null
        ? null
        : {
            correct: row.correct === 1,
            answer: row.truth,
            source: row.truth_source ?? '',
            by: row.judged_by ?? '',
            at: toRfc3339(Number(row.judged_at)),
          },
    openedBy: row.opened_by,
    createdAt: toRfc3339(Number(row.created_at)),
    closedAt: row.closed_at === null ? null : toRfc3339(Number(row.closed_at)),
  };
  return { ...solution, sentence: sentenceOf(solution) };
}

function toEntry(row: EntryView): Entry {
  return {
    agentId: row.agent_id,
    name: row.name ?? row.agent_id,
    ...entrySchema.pick({ status: true }).parse(row),
    counts: row.counts === 1,
    answer: row.answer,
    confidence: row.confidence,
    evidence: row.evidence,
    expected: row.expected,
    mark: row.mark,
    saw: row.saw,
    follows: row.follows === 1,
    costUsd: row.cost_usd,
    ms: row.ms === null ? null : Number(row.ms),
    correct: row.correct === null ? null : row.correct === 1,
    error: row.error,
    messageId: row.message_id,
  };
}

/** Answers to one turn are written on the board together. */
function sentenceOfOpen(asked: number, heard: number, entries: readonly Entry[]): string {
  const thinking = entries.filter((entry) => entry.status === 'asked').length;
  if (thinking < 2) return `${heard} of ${asked} agents asked have answered so far.`;
  return `${asked} agents were asked; the board is written when all have answered or their time is up.`;
}

function sentenceOf(solution: Omit<Solution, 'sentence'>): string {
  const { status, method, answer, asked, spared, posterior, entries } = solution;
  const heard = entries.filter((entry) => entry.status === 'answered' && entry.counts).length;
  if (status === 'open') return sentenceOfOpen(asked.length, heard, entries);
  const told = `${heard} of ${asked.length} agents asked gave an answer`;
  if (status === 'failed')
    return `No answer: ${FAILURES[solution.reason ?? 'given-up']} (${told}, method ${method}).`;
  const own = posterior.find((one) => one.option === answer);
  const share = `${own?.answers ?? 0} of ${heard} said so, probability ${(own?.probability ?? 0).toFixed(3)}`;
  const rest = spared.length > 0 ? `; ${spared.length} not needed` : '';
  const unsure =
    method === 'cascade' && (own?.probability ?? 0) < solution.threshold
      ? ` All were asked, and the threshold of ${solution.threshold} was not reached.`
      : '';
  return `"${answer}" by ${method}: ${share}; ${told}${rest}.${unsure}`;
}
