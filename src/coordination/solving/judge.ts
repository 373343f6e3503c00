import type { EventLog } from '../../platform/events/events.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { SolutionRow } from '../../platform/store/solution-rows.ts';
import {
  addToRecords,
  deleteTrails,
  holdSolution,
  holdTrail,
  saveOutcome,
  selectBoards,
  updateTrail,
} from '../../platform/store/solutions.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { judgeAnswer, optionOf, plain } from './answer.ts';
import type { EntryView } from './solution.ts';
import { HALF_LIFE_MS, lay, setOf } from './stigmergy.ts';

/** What somebody who knows says of a solution. */
export interface Judgement {
  /** The right answer; or only whether the answer of the team was right. */
  answer?: string | undefined;
  correct?: boolean | undefined;
  source: string;
  by: string;
}

/** A trail that nothing was added to for this long has faded to a 2^96th: it is forgotten. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

/**
 * Books a judgement: on the record of each agent that answered, by type of task, and on the trail of those who solved
 * together. The same judgement again changes nothing. Another one corrects the record to the letter; the trail stays
 * as it was laid, since it fades by itself.
 * @throws CadreError `solution/not-found`, `solution/open`, `solution/bad-outcome`
 */
export async function judge(
  tx: TenantTx,
  needs: { events: EventLog },
  id: string,
  judgement: Judgement,
): Promise<void> {
  const solution = await holdSolution(tx, id);
  if (!solution) throw new CadreError('solution/not-found', { id });
  if (solution.status === 'open') throw new CadreError('solution/open', { id });
  const { truth, teamRight } = outcomeOf(solution, judgement);
  const isFirst = solution.correct === null;
  if (!isFirst && (solution.correct === 1) === teamRight && solution.truth === truth) return;
  const board = await selectBoards(tx, [id]);
  const options = solution.options === null ? null : JSON.parse(solution.options).length;
  const entries = board.map((entry) => ({
    agentId: entry.agent_id,
    before: entry.correct === null ? null : entry.correct === 1,
    right: judgeAnswer(entry, { truth, teamAnswer: solution.answer, teamRight, options }),
  }));
  await saveOutcome(
    tx,
    id,
    { truth, correct: teamRight ? 1 : 0, truth_source: judgement.source, judged_by: judgement.by },
    entries.map(({ agentId, right }) => ({ agentId, correct: right === null ? null : right ? 1 : 0 })),
  );
  const count = (value: boolean | null, wanted: boolean) => (value === wanted ? 1 : 0);
  await addToRecords(
    tx,
    solution.type,
    entries
      .filter(({ before, right }) => before !== right)
      .map(({ agentId, before, right }) => ({
        agent_id: agentId,
        succeeded: count(right, true) - count(before, true),
        failed: count(right, false) - count(before, false),
        answers: 0,
        cost_usd: 0,
        ms: 0,
      })),
  );
  if (isFirst) await mark(tx, solution, board, teamRight);
  await needs.events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'solution.judged',
      data: {
        solutionId: id,
        question: solution.question,
        taskType: solution.type,
        correct: teamRight,
        ...(truth !== null && { answer: truth }),
        source: judgement.source,
        by: judgement.by,
        corrected: !isFirst,
      },
    },
  ]);
}

/** The right answer in the form of the board, and whether the team had it. */
function outcomeOf(
  solution: SolutionRow,
  { answer, correct }: Judgement,
): { truth: string | null; teamRight: boolean } {
  const bad = (detail: string) => new CadreError('solution/bad-outcome', { detail });
  if ((answer === undefined) === (correct === undefined))
    throw bad('exactly one of answer and correct is needed');
  if (answer !== undefined) {
    const options: string[] | null = solution.options === null ? null : JSON.parse(solution.options);
    const truth = options ? optionOf(answer, options) : plain(answer);
    if (!truth) throw bad(`"${answer}" is ${options ? 'no option of the question' : 'empty'}`);
    return { truth, teamRight: solution.answer === truth };
  }
  if (correct && solution.answer === null) throw bad('the team gave no answer that could be right');
  return { truth: correct ? solution.answer : null, teamRight: correct === true };
}

/** Lays the trail of the set whose answers the team used. */
async function mark(
  tx: TenantTx,
  solution: SolutionRow,
  board: readonly EntryView[],
  ok: boolean,
): Promise<void> {
  const members = setOf(
    board.filter((entry) => entry.counts === 1 && entry.status === 'answered').map((entry) => entry.agent_id),
  );
  if (members === '') return;
  await deleteTrails(tx, solution.type, FORGOTTEN_AFTER_MS);
  const before = await holdTrail(tx, solution.type, members);
  const after = lay(
    { count: before.times, success: before.succeeded, score: before.score },
    { ok, ms: Number(solution.closed_at) - Number(solution.created_at), elapsedMs: before.elapsed_ms },
  );
  const laidAt = before.laid_at + Math.max(0, before.elapsed_ms);
  await updateTrail(tx, {
    type: solution.type,
    members,
    times: after.count,
    succeeded: after.success,
    score: after.score,
    height: Math.log(after.score) + (laidAt * Math.LN2) / HALF_LIFE_MS,
    laid_at: laidAt,
  });
}
