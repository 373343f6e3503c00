/** What an attempt of an operator took, in joules and grams; `joules` is null where nobody can know. */
export interface EnergyReadingRow {
  run_id: string;
  /** Which attempt of the run. */
  fence: number;
  tenant_id: string;
  task_id: string;
  root_id: string;
  agent_id: string | null;
  /** What the task needed; its type when nothing was named. */
  capability: string;
  /** 0 when it let go of its worker and goes on in another attempt. */
  ended: number;
  succeeded: number;
  /** 1 when nothing of the run had been tried before. */
  is_first: number;
  wall_ms: number;
  cpu_s: number;
  memory_gb_s: number;
  network_mb: number;
  /** Tokens of models, in and out. */
  tokens: number;
  cost_usd: number;
  /** Joules of this machine, of tokens, and what an operator elsewhere said: together `joules`. */
  host_j: number;
  token_j: number;
  reported_j: number | null;
  joules: number | null;
  low_j: number | null;
  high_j: number | null;
  /** measured, derived, estimated */
  mark: string;
  grid: string;
  carbon_g: number | null;
  /** 1 once the ledger of coordination energy has it. */
  booked: number;
  created_at: number;
}

/** A point of the ledger of coordination energy (FEATURES EN-2); numbers of a tenant have no gaps. */
export interface EnergyPointRow {
  tenant_id: string;
  number: number;
  run_id: string;
  fence: number;
  task_id: string;
  agent_id: string | null;
  capability: string;
  succeeded: number;
  /** Unitless. */
  energy: number;
  delta: number;
  /** Energy terms by name, as JSON. */
  terms: string;
  p_fast: number;
  drift: number;
  cost_usd: number;
  /** Physical. */
  joules: number | null;
  created_at: number;
}

/** Sums of a scope: `tenant`, `team` or `agent`. */
export interface EnergyBalanceRow {
  tenant_id: string;
  scope: string;
  scope_id: string;
  /** Sum of the changes of coordination energy. */
  balance: number;
  attempts: number;
  succeeded: number;
  /** Attempts whose joules are known, and how many of them succeeded. */
  known: number;
  known_succeeded: number;
  joules: number;
  carbon_g: number;
  cost_usd: number;
  alerted_at: number | null;
  updated_at: number;
}

/** What an agent did with a capability so far. */
export interface EnergyRecordRow {
  tenant_id: string;
  agent_id: string;
  capability: string;
  attempts: number;
  succeeded: number;
  known: number;
  joules: number;
  cost_usd: number;
  wall_ms: number;
  memory_gb_s: number;
}

/** How agents did together: two, or a group; `members` are their ids in order, split at spaces. */
export interface EnergyGroupRow {
  tenant_id: string;
  members: string;
  size: number;
  together: number;
  succeeded: number;
}

/** What a tenant set, and what the loops learned; no row: the defaults. */
export interface EnergyStateRow {
  tenant_id: string;
  /** Set by people, as JSON. */
  settings: string;
  /** Learned by the loops, as JSON. */
  learned: string;
  points: number;
  /** Energy of the newest point. */
  energy: number;
  updated_at: number;
}

/** A change of weights that was made or refused, by a person or a loop. */
export interface EnergyChangeRow {
  id: string;
  tenant_id: string;
  changed_by: string;
  before: string;
  after: string;
  /** 1 when a guard refused it. */
  refused: number;
  because: string;
  created_at: number;
}
