/** Whose call it is. */
export interface PayerColumns {
  tenant_id: string;
  root_id: string;
  task_id: string;
  agent_id: string | null;
  /** The oldest team of the agent then: one, so that sums by team add up. */
  team_id: string | null;
  run_id: string;
  turn: string;
  purpose: string;
}

/** What one call took. Money in billionths of a US dollar, energy in thousandths of a joule. */
export interface UsageRow extends PayerColumns {
  /** That of its reservation, where it had one. */
  id: string;
  model: string | null;
  provider: string | null;
  input_tokens: number;
  cached_input_tokens: number;
  cache_write_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  /** provider, tokenizer, worst-case */
  source: string;
  cost_nano: number | null;
  energy_mj: number;
  energy_low_mj: number;
  energy_high_mj: number;
  duration_ms: number;
  first_part_ms: number | null;
  at: number;
}

/** A cap on what calls may take, for a scope and a period. */
export interface BudgetRow {
  /** The default budget of a tenant has the id of the tenant. */
  id: string;
  tenant_id: string;
  name: string;
  /** tenant, team, agent, task */
  scope: string;
  scope_id: string;
  /** total, day, month */
  period: string;
  limit_cost_nano: number | null;
  limit_tokens: number | null;
  limit_energy_mj: number | null;
  /** stop, switch-down */
  at_limit: string;
  created_by: string;
  created_at: number;
  updated_at: number;
  removed_at: number | null;
}

/** What was taken of a budget in one period, and what calls under way may take still. */
export interface AccountRow {
  budget_id: string;
  /** First day or month of the period in UTC; empty for `total`. */
  period_start: string;
  tenant_id: string;
  reserved_cost_nano: number;
  reserved_tokens: number;
  reserved_energy_mj: number;
  spent_cost_nano: number;
  spent_tokens: number;
  spent_energy_mj: number;
  /** 1 once somebody was told that 80 % are spent. */
  warned: number;
  reached: number;
}

/** The worst case of a call under way. */
export interface ReservationRow extends PayerColumns {
  id: string;
  model: string;
  input_tokens: number;
  output_tokens: number;
  cost_nano: number | null;
  energy_mj: number;
  /** In which accounts it is reserved, as JSON: `[{budgetId, periodStart}]`. */
  accounts: string;
  at: number;
}

/** What a task was expected to take, and what it took. */
export interface EstimateRow {
  task_id: string;
  tenant_id: string;
  /** What it was taken for the like of: `agent:…`, `capability:…`, `workflow:…` or `type:…`. */
  kind: string;
  cost_nano: number | null;
  cost_high_nano: number | null;
  tokens: number | null;
  tokens_high: number | null;
  energy_mj: number | null;
  energy_low_mj: number | null;
  energy_high_mj: number | null;
  duration_ms: number | null;
  duration_high_ms: number | null;
  /** How it was reckoned, as JSON. */
  reckoned: string;
  at: number;
  real_cost_nano: number | null;
  real_tokens: number | null;
  real_energy_mj: number | null;
  real_duration_ms: number | null;
  /** 1: it completed. Null: under way. */
  completed: number | null;
  ended_at: number | null;
}
