/** The part of the schema about collaborations and searches; the forms of columns are those of `schema.ts`. */

/** Agents that work on one thing together; an experiment that was asked for is one of the kind `experiment`. */
export interface CollaborationRow {
  id: string;
  tenant_id: string;
  kind: string;
  mode: string;
  goal: string | null;
  type: string | null;
  params: string;
  from_id: string | null;
  team_id: string | null;
  rounds: number;
  timeout_ms: number;
  /** running, completed, failed, ended */
  status: string;
  ended_because: string | null;
  completeness: string | null;
  reason: string | null;
  /** The turn that is being asked, from 0; all contributions of the turns before it are kept. */
  turn: number;
  /** Most contributions that one request left out because they did not fit. */
  left_out: number;
  started_by: string;
  created_at: number;
  ended_at: number | null;
}

export interface CollaborationMemberRow {
  tenant_id: string;
  collaboration_id: string;
  agent_id: string;
  name: string;
  place: number;
}

/** What one member said, or why it said nothing, in one turn. */
export interface ContributionRow {
  tenant_id: string;
  collaboration_id: string;
  turn: number;
  place: number;
  agent_id: string;
  name: string;
  message_id: string | null;
  /** answered, failed, silent, refused */
  status: string;
  data: string | null;
  error: string | null;
  ms: number | null;
  created_at: number;
}

/** A search for good parameters. */
export interface OptimizationRow {
  id: string;
  tenant_id: string;
  /** The run that asks the present batch. */
  run_id: string;
  type: string;
  space: string;
  params: string;
  criteria: string | null;
  method: string;
  samples: number;
  seed: number;
  eta: number;
  budget_min: number | null;
  budget_max: number | null;
  parallel: number;
  timeout_ms: number;
  from_id: string | null;
  /** Ids and names of who evaluates, as JSON. */
  evaluators: string;
  /** Evaluations when none fails. */
  planned: number;
  /** running, completed, failed, stopped */
  status: string;
  ended_because: string | null;
  reason: string | null;
  deadline: number | null;
  /** The message that is answered at the end, and by whom, as JSON. */
  answers: string | null;
  started_by: string;
  created_at: number;
  ended_at: number | null;
}

/** One point of the space as an agent judged it. */
export interface EvaluationRow {
  tenant_id: string;
  optimization_id: string;
  place: number;
  rung: number;
  params: string;
  budget: number | null;
  agent_id: string;
  name: string;
  message_id: string | null;
  /** answered, failed, silent, refused */
  status: string;
  metrics: string | null;
  score: number | null;
  ms: number | null;
  error: string | null;
  created_at: number;
}
