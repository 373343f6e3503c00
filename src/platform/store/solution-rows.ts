/** Rows of the tables of collective solving; `schema.ts` says how columns are written. */

/** A question put to several agents. */
export interface SolutionRow {
  id: string;
  tenant_id: string;
  team_id: string | null;
  question: string;
  /** Null where the answers are free. */
  options: string | null;
  input: string;
  type: string;
  capability: string | null;
  method: string;
  threshold: number;
  floor: number;
  /** 1: who is asked later sees what stands on the board. */
  shows_board: number;
  /** 1: those who were not needed are asked too, for the record. */
  measures: number;
  timeout_ms: number;
  /** open, solved, failed */
  status: string;
  reason: string | null;
  answer: string | null;
  posterior: string | null;
  margin: number | null;
  /** The right answer, as far as it was said; `correct` is null until the solution is judged. */
  truth: string | null;
  correct: number | null;
  truth_source: string | null;
  judged_by: string | null;
  judged_at: number | null;
  opened_by: string;
  created_at: number;
  closed_at: number | null;
}

/** One agent on the board of a solution, with its answer. */
export interface BoardEntryRow {
  tenant_id: string;
  solution_id: string;
  agent_id: string;
  /** In which order agents are asked. */
  place: number;
  /** The probability that it is right, when the solution began. */
  expected: number;
  /** The stigmergic weight of the agent (KG-2) then. */
  mark: number;
  /** waiting, asked, answered, abstained, unusable, failed, timeout, refused, spared */
  status: string;
  /** 0: asked for the record only. */
  counts: number;
  /** Entries of the board it was shown. */
  saw: number;
  /** 1: it said what led the board it was shown. */
  follows: number;
  answer: string | null;
  confidence: number | null;
  evidence: string | null;
  cost_usd: number;
  ms: number | null;
  message_id: string | null;
  error: string | null;
  correct: number | null;
  asked_at: number | null;
  answered_at: number | null;
}

/** What an agent has done for one type of task; cost and time are sums over `answers`. */
export interface SolverRecordRow {
  tenant_id: string;
  type: string;
  agent_id: string;
  succeeded: number;
  failed: number;
  answers: number;
  cost_usd: number;
  ms: number;
}

/** The trail of a sorted set of agents; its numbers are those at `laid_at` and fade since. */
export interface SolverTrailRow {
  tenant_id: string;
  type: string;
  members: string;
  times: number;
  succeeded: number;
  score: number;
  /** `ln(score) + laid_at · ln 2 / half-life`: whichever is higher is stronger at any later time. */
  height: number;
  laid_at: number;
}
