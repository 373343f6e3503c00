import type { Mail } from '../../messages/mail.ts';
import type { EventLog, Fact } from '../../platform/events/events.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Json } from '../../platform/kernel/json.ts';
import type { Attempt, Handler } from '../../platform/runs/run.ts';
import type { SolutionRow } from '../../platform/store/solution-rows.ts';
import {
  addToRecords,
  closeSolution,
  endWaiting,
  holdSolution,
  markAsked,
  selectBoards,
  selectSolution,
  updateEntry,
} from '../../platform/store/solutions.ts';
import type { Store, TenantTx } from '../../platform/store/transaction.ts';
import { ask, type Reply } from '../ask.ts';
import { readAnswer, SOLVE_REQUEST } from './answer.ts';
import { asksAtOnce, isSettled, type Posterior, posteriorOf, verdictOf } from './odds.ts';
import { type EntryView, solutionSchema } from './solution.ts';

export interface SolveNeeds {
  store: Store;
  events: EventLog;
  mail: Mail;
}

/** The board as an agent sees it: at most this many entries, their texts cut, so that the message stays small. */
const SHOWN_ENTRIES = 16;
const SHOWN_TEXT = 500;

/** What one turn asks: nobody (all is known), or these, with the board they are shown. */
interface Turn {
  agentIds: string[];
  shown: Json[];
}

/**
 * Carries out a solution: in turns, each of which writes the answers of the one before on the board, decides who is
 * asked next, and asks. Every turn is one transaction and one stored step, so a crash asks nobody twice and loses no
 * answer; while agents think no worker is held.
 */
export function solutionSolve(needs: SolveNeeds): Handler {
  return {
    async work(attempt) {
      const id = String(attempt.payload.solutionId);
      let replies: Reply[] = [];
      for (let turn = 0; ; turn += 1) {
        const before = replies;
        const next = await attempt.transact(`turn:${turn}`, (tx) => advance(tx, needs, id, before));
        if (next.agentIds.length === 0) break;
        replies = await put(attempt, needs, id, turn, next);
      }
      return { commit: (tx) => close(tx, needs, id) };
    },
    async giveUp(tx, failure) {
      await close(tx, needs, failure.runId, failure.error.message);
    },
  };
}

async function put(
  attempt: Attempt,
  needs: SolveNeeds,
  id: string,
  turn: number,
  { agentIds, shown }: Turn,
): Promise<Reply[]> {
  const solution = await needs.store.read(attempt.tenantId, (tx) => selectSolution(tx, id));
  if (!solution) throw new CadreError('solution/not-found', { id });
  const data = {
    solutionId: id,
    question: solution.question,
    options: optionsOf(solution),
    type: solution.type,
    input: JSON.parse(solution.input) as Json, // written by `begin`
    board: shown,
  };
  return ask(attempt, needs, {
    name: String(turn),
    requests: agentIds.map((to) => ({
      to,
      requestType: SOLVE_REQUEST,
      data,
      subject: solution.question.slice(0, SHOWN_TEXT),
    })),
    conversationId: `solution:${id}`,
    timeoutMs: Number(solution.timeout_ms),
  });
}

/** Writes answers on the board and decides who is asked next. */
async function advance(tx: TenantTx, needs: SolveNeeds, id: string, replies: Reply[]): Promise<Turn> {
  const solution = await selectSolution(tx, id);
  if (solution?.status !== 'open') return { agentIds: [], shown: [] };
  await write(tx, needs, solution, replies);
  const board = await selectBoards(tx, [id]);
  const { agentIds, counts } = nextOf(solution, board);
  if (agentIds.length === 0) return { agentIds, shown: [] };
  // Who is asked for the record only is to answer as it would alone.
  const shown = solution.shows_board === 1 && counts ? shownOf(board) : [];
  await markAsked(tx, id, agentIds, { counts: counts ? 1 : 0, saw: shown.length });
  return { agentIds, shown };
}

async function write(
  tx: TenantTx,
  { events }: SolveNeeds,
  solution: SolutionRow,
  replies: Reply[],
): Promise<void> {
  const facts: Fact[] = [];
  const board = await selectBoards(tx, [solution.id]);
  const [leading] = posteriorOfBoard(solution, board).options.filter((one) => one.answers > 0);
  const saw = ({ agentId }: Reply) => board.some((entry) => entry.agent_id === agentId && entry.saw > 0);
  for (const reply of replies) {
    const said = reply.status === 'answered' ? readAnswer(reply.data, optionsOf(solution)) : undefined;
    const status = said?.status ?? reply.status;
    const error = said ? said.error : reply.error;
    await updateEntry(tx, solution.id, reply.agentId, {
      status,
      follows: saw(reply) && said?.status === 'answered' && said.answer === leading?.option ? 1 : 0,
      answer: said?.answer ?? null,
      confidence: said?.confidence ?? null,
      evidence: said?.evidence ?? null,
      cost_usd: said?.costUsd ?? 0,
      ms: reply.ms,
      message_id: reply.messageId,
      error,
    });
    const data = { solutionId: solution.id, question: solution.question, status };
    facts.push({
      tenantId: tx.tenantId,
      type: 'solution.answered',
      agentId: reply.agentId,
      data: { ...data, ...(said?.answer != null && { answer: said.answer }), ...(error && { error }) },
    });
  }
  if (facts.length > 0) await events.append(tx, facts);
}

/** Who is asked next: of those who count until the method is content, then, where it is measured, all others. */
function nextOf(solution: SolutionRow, board: EntryView[]): { agentIds: string[]; counts: boolean } {
  const { method } = methodOf(solution);
  const waiting = board.filter((entry) => entry.status === 'waiting').map((entry) => entry.agent_id);
  const answered = board.filter((entry) => entry.counts === 1 && entry.status === 'answered');
  const isContent =
    waiting.length === 0 ||
    (method === 'best' && answered.length > 0) ||
    (method === 'cascade' && isSettled(posteriorOfBoard(solution, board), solution.threshold));
  if (isContent) return { agentIds: solution.measures === 1 ? waiting : [], counts: false };
  return { agentIds: asksAtOnce(method) ? waiting : waiting.slice(0, 1), counts: true };
}

/** Ends a solution with what its board says. */
async function close(tx: TenantTx, { events }: SolveNeeds, id: string, failure?: string): Promise<void> {
  const solution = await holdSolution(tx, id);
  if (solution?.status !== 'open') return;
  await endWaiting(tx, id);
  const board = await selectBoards(tx, [id]);
  const { method } = methodOf(solution);
  const posterior = posteriorOfBoard(solution, board);
  const verdict =
    failure === undefined
      ? verdictOf(method, posterior, solution.floor)
      : { answer: null, reason: 'given-up' as const };
  const status = verdict.answer === null ? 'failed' : 'solved';
  const isHeard = posterior.options.some((one) => one.answers > 0);
  await closeSolution(tx, id, {
    status,
    ...verdict,
    posterior: JSON.stringify(isHeard ? posterior.options : []),
    margin: isHeard ? posterior.margin : null,
  });
  // What an answer costs and how long it takes is seen at once, whether or not it was right.
  await addToRecords(
    tx,
    solution.type,
    board
      .filter((entry) => entry.status === 'answered')
      .map((entry) => ({
        agent_id: entry.agent_id,
        succeeded: 0,
        failed: 0,
        answers: 1,
        cost_usd: entry.cost_usd,
        ms: Number(entry.ms ?? 0),
      })),
  );
  const asked = board.filter((entry) => !['waiting', 'spared'].includes(entry.status)).length;
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'solution.closed',
      data: {
        solutionId: id,
        question: solution.question,
        method,
        status,
        ...verdict,
        asked,
        spared: board.length - asked,
        ...(failure !== undefined && { error: failure }),
      },
    },
  ]);
}

/** What the answers that count amount to. */
function posteriorOfBoard(solution: SolutionRow, board: readonly EntryView[]): Posterior {
  const said = board.flatMap((entry) =>
    entry.counts === 1 && entry.status === 'answered' && entry.answer !== null
      ? [{ option: entry.answer, p: entry.expected, follows: entry.follows === 1 }]
      : [],
  );
  return posteriorOf(said, optionsOf(solution) ?? undefined);
}

/** The board as the next agent sees it, what stands out first. */
function shownOf(board: readonly EntryView[]): Json[] {
  const cut = (text: string | null) => (text === null ? null : text.slice(0, SHOWN_TEXT));
  return board
    .filter((entry) => entry.status === 'answered' && entry.counts === 1)
    .sort((a, b) => b.mark - a.mark || b.expected - a.expected || a.place - b.place)
    .slice(0, SHOWN_ENTRIES)
    .map((entry) => ({
      agent: entry.name ?? entry.agent_id,
      answer: cut(entry.answer),
      confidence: entry.confidence,
      evidence: cut(entry.evidence),
      weight: entry.mark,
      expected: entry.expected,
      costUsd: entry.cost_usd,
      ms: entry.ms === null ? null : Number(entry.ms),
    }));
}

function methodOf(solution: SolutionRow) {
  return solutionSchema.pick({ method: true }).parse(solution);
}

function optionsOf(solution: SolutionRow): string[] | null {
  return solution.options === null ? null : JSON.parse(solution.options);
}
