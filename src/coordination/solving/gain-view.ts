import { z } from 'zod';
import type { SolutionRow } from '../../platform/store/solution-rows.ts';
import { type Difference, GAIN_VERDICTS, type Gain, type JudgedTask, measureGain } from './gain.ts';
import type { EntryView } from './solution.ts';

/** The gain of teams as people see it. */

const shareSchema = z.object({
  right: z.number().int(),
  n: z.number().int(),
  /** Null without tasks; `low` and `high` are its 95 % interval (Wilson). */
  share: z.number().nullable(),
  low: z.number(),
  high: z.number(),
});
const singleSchema = shareSchema.extend({
  agentId: z.string(),
  name: z.string(),
  /** For one answer, on average. */
  costUsd: z.number(),
});
const teamSchema = shareSchema.extend({ costUsd: z.number(), messages: z.number() });

export const gainSchema = z.object({
  type: z.string(),
  verdict: z.enum(GAIN_VERDICTS),
  sentence: z.string(),
  /** Judged tasks, and how many of them, the earlier ones, served to choose the best single agent. */
  tasks: z.number().int(),
  choosingTasks: z.number().int(),
  team: teamSchema,
  /** Each agent on the tasks it answered by itself. */
  agents: z.array(singleSchema),
  /** Chosen on the earlier tasks, measured on the later ones. */
  best: singleSchema.extend({ chosenBy: shareSchema }).nullable(),
  /** The team on the very same later tasks. */
  teamBeside: teamSchema.nullable(),
  /** Team less best single agent, with the 95 % interval (paired, Agresti–Min). */
  gain: z.object({
    value: z.number().nullable(),
    low: z.number(),
    high: z.number(),
    n: z.number().int(),
    onlyTeam: z.number().int(),
    onlySingle: z.number().int(),
  }),
  /** 0: errors are independent; 1: where the better of two is wrong, so is the other. Null: too little is known. */
  commonErrors: z.number().nullable(),
});
export type GainView = z.output<typeof gainSchema>;

/** Judged solutions, oldest first, as the comparison reads them. */
export function toJudged(rows: readonly SolutionRow[], boards: readonly EntryView[]): JudgedTask[] {
  const byId = Map.groupBy(boards, (entry) => entry.solution_id);
  return rows.map((row) => {
    const board = byId.get(row.id) ?? [];
    const used = board.filter((entry) => entry.counts === 1);
    const replied = used.filter((entry) => ['answered', 'abstained', 'unusable'].includes(entry.status));
    return {
      teamRight: row.correct === 1,
      teamCostUsd: used.reduce((sum, entry) => sum + entry.cost_usd, 0),
      teamMessages: used.filter((entry) => entry.message_id !== null).length + replied.length,
      // Who saw the answers of others has not answered as a single agent would.
      answers: board.flatMap((entry) =>
        entry.correct !== null && entry.saw === 0
          ? [{ agentId: entry.agent_id, right: entry.correct === 1, costUsd: entry.cost_usd }]
          : [],
      ),
    };
  });
}

/** Compares, names the agents, and says it in a sentence. */
export function toGain(type: string, tasks: readonly JudgedTask[], boards: readonly EntryView[]): GainView {
  const measured = measureGain(tasks);
  const names = new Map(boards.map((entry) => [entry.agent_id, entry.name ?? entry.agent_id]));
  const named = <T extends { agentId: string }>(one: T) => ({
    ...one,
    name: names.get(one.agentId) ?? one.agentId,
  });
  const { difference, best, ...rest } = measured;
  const shown = best && named(best);
  return {
    ...rest,
    type,
    agents: measured.agents.map(named),
    best: shown,
    gain: difference,
    sentence: sentenceOf(measured, shown?.name ?? ''),
  };
}

const percent = (share: number | null) => `${((share ?? 0) * 100).toFixed(1)} %`;
const points = (value: number) => `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)}`;
const range = ({ low, high }: Difference) => `95 % interval ${points(low)} to ${points(high)}`;

function sentenceOf({ verdict, difference, best, teamBeside, tasks }: Gain, name: string): string {
  if (tasks === 0)
    return 'No solution of this type has been judged: `cadre solution judge` says what was right.';
  if (verdict === 'unmeasured' || !best || !teamBeside)
    return (
      `${tasks} ${tasks === 1 ? 'task was' : 'tasks were'} judged, and on the later half of them no single agent answered by itself that had on ` +
      'the earlier half: a vote, or `measure`, asks everybody.'
    );
  const figures =
    `${percent(teamBeside.share)} against ${percent(best.share)} of ${name}, its best single agent, over ` +
    `${difference.n} tasks: ${points(difference.value ?? 0)} points (${range(difference)})`;
  if (verdict === 'gain') return `The team gains: ${figures}.`;
  if (verdict === 'loss')
    return `The team loses: ${figures}. For this type of task ask ${name} alone (method best), or others.`;
  return `No gain is proven, and no loss: ${figures}.`;
}
