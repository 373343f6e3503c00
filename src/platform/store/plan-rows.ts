/** Rows of workflows, of what became of the steps of plans, of their waits and of approvals. */
export interface WorkflowRow {
  id: string;
  tenant_id: string;
  name: string;
  /** `active`, or `paused`: takes no new tasks. */
  status: string;
  /** The version that new tasks follow; null before the first was published. */
  published: number | null;
  latest: number;
  tags: string;
  created_by: string;
  created_at: number;
  updated_at: number;
}

/** Never changes but in its status. */
export interface WorkflowVersionRow {
  tenant_id: string;
  workflow_id: string;
  version: number;
  /** `proposed`, `published`, `retired` or `rejected`. */
  status: string;
  /** As it was written, with comments. */
  text: string;
  /** The document in the form that is carried out: JSON. */
  definition: string;
  /** SHA-256 of `definition`. */
  hash: string;
  reason: string | null;
  created_by: string;
  created_at: number;
  published_at: number | null;
  /** What speaks for it: JSON. */
  evidence: string | null;
  /** Who rejected it and why: JSON. */
  verdict: string | null;
}

/** What became of one step of a task's plan, item by item. */
export interface PlanNodeRow {
  tenant_id: string;
  task_id: string;
  path: string;
  block: string;
  kind: string;
  status: string;
  output: string | null;
  error: string | null;
  /** The task that does it. */
  child_id: string | null;
  data: string;
  seq: number;
  started_at: number;
  ended_at: number | null;
}

/** A step that waits for an event, a message or a time. */
export interface PlanWaitRow {
  tenant_id: string;
  task_id: string;
  path: string;
  block: string;
  /** `time`, `event` or `topic`. */
  kind: string;
  /** Type of the event, or the topic. */
  name: string | null;
  /** An expression over what came. */
  condition: string | null;
  until_at: number | null;
  timeout_ms: number | null;
  /** What came, once it has: a fact for the plan, as JSON. */
  outcome: string | null;
  /** Place in the event log behind which events count; null for a time. */
  from_txid: number | null;
  from_seq: number | null;
  created_at: number;
}

export interface ApprovalRow {
  id: string;
  tenant_id: string;
  task_id: string;
  path: string;
  block: string;
  ask: string;
  input: string;
  /** SHA-256 of the canonical form of `input`. */
  input_hash: string;
  /** pending, approved, rejected, expired (its deadline passed), withdrawn (its task ended) */
  status: string;
  requested_by: string;
  approvers: string;
  allow_requester: number;
  deadline: number;
  escalation: string | null;
  escalated_at: number | null;
  decided_by: string | null;
  decided_by_name: string | null;
  comment: string | null;
  created_at: number;
  decided_at: number | null;
  /** Path of the one step that it let through. */
  used_by: string | null;
}
