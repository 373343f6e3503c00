/** How a goal is to be worked on; a goal without a row has no wishes. Kept for roots only. */
export interface TaskControlRow {
  /** The root task. */
  task_id: string;
  tenant_id: string;
  model: string | null;
  permission_mode: string;
  /** Whether rules may act on it by themselves. */
  adaptive: number;
  budget_tokens: number | null;
  model_changed_at: number | null;
}

/** What a task was at a moment: evidence, checked before it resumes. */
export interface CheckpointRow {
  id: string;
  tenant_id: string;
  task_id: string;
  reason: string;
  /** Status of the task then. */
  state: string;
  content: string;
  /** SHA-256 of `content`. */
  hash: string;
  /** Bytes of `content`. */
  size: number;
  created_by: string;
  created_at: number;
}

/** A turn of an executor that works in turns: stored once, with what it cost. */
export interface TurnRow {
  run_id: string;
  name: string;
  tenant_id: string;
  task_id: string;
  root_id: string;
  model: string | null;
  permission_mode: string;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
  created_at: number;
}

/** An act that waits, or waited, for a person's word. */
export interface AskedActRow {
  id: string;
  tenant_id: string;
  run_id: string;
  task_id: string;
  root_id: string;
  agent_id: string | null;
  name: string;
  effect: string;
  detail: string | null;
  /** pending, allowed, declined, withdrawn */
  status: string;
  comment: string | null;
  decided_by: string | null;
  asked_at: number;
  decided_at: number | null;
}

/** A named command that somebody gave, done or denied. */
export interface CommandRow {
  id: string;
  tenant_id: string;
  task_id: string;
  name: string;
  arguments: string;
  /** done, denied */
  status: string;
  outcome: string | null;
  error: string | null;
  duration_ms: number;
  given_by: string;
  created_at: number;
}

/** A rule of a tenant, or its word on a built-in one of the same name. */
export interface ControlRuleRow {
  id: string;
  tenant_id: string;
  name: string;
  priority: number;
  condition: string;
  action: string;
  cool_down_ms: number;
  enabled: number;
  created_by: string;
  created_at: number;
  updated_at: number;
}

/** When a rule last acted on a task. */
export interface RuleFiringRow {
  task_id: string;
  rule: string;
  tenant_id: string;
  times: number;
  fired_at: number;
}
