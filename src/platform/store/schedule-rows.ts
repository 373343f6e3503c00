/** Rows of schedules and triggers, of what they fired, and of what a trigger took already. */
export interface ScheduleRow {
  id: string;
  tenant_id: string;
  name: string;
  cron: string;
  zone: string;
  /** `skip`, `one` or `all`: what becomes of times that passed while nobody watched. */
  catch_up: string;
  catch_up_limit: number;
  /** `skip` or `allow` a fire while the task of the last one is open. */
  overlap: string;
  /** What each fire submits: JSON. */
  task: string;
  /** `active` or `paused`. */
  status: string;
  status_reason: string | null;
  /** When it fires next by the database's clock; null while it is paused. */
  next_at: number | null;
  last_at: number | null;
  last_task_id: string | null;
  fired: number;
  /** Times that passed without a task. */
  missed: number;
  last_error: string | null;
  /** What its tasks may do at most: the role of who answers for it. */
  role: string;
  /** The key of who answers for it; revoked, it stops. */
  key_id: string | null;
  created_by: string;
  created_at: number;
  updated_at: number;
}

export interface ScheduleFireRow {
  id: string;
  tenant_id: string;
  schedule_id: string;
  /** The time it was for. */
  due_at: number;
  fired_at: number;
  by_hand: number;
  /** `submitted`, `skipped` or `refused`. */
  outcome: string;
  reason: string | null;
  task_id: string | null;
}

export interface TaskTriggerRow {
  id: string;
  tenant_id: string;
  name: string;
  /** `webhook`, `file` or `event`. */
  kind: string;
  status: string;
  status_reason: string | null;
  event_type: string | null;
  /** An expression over `event`. */
  condition: string | null;
  /** Events that come in the log after this place. */
  from_txid: number;
  from_seq: number;
  /** Unsealed, of before secrets were sealed; the next start seals it (`secret_id`). */
  secret: string | null;
  /** With which deliveries are signed, sealed (table `secret`). */
  secret_id: string | null;
  task: string;
  per_minute: number;
  fired: number;
  refused: number;
  last_at: number | null;
  last_task_id: string | null;
  last_error: string | null;
  /** When the log was told of a refusal last. */
  told_at: number | null;
  role: string;
  key_id: string | null;
  created_by: string;
  created_at: number;
  updated_at: number;
}

export interface TriggerFireRow {
  id: string;
  tenant_id: string;
  trigger_id: string;
  task_id: string;
  /** Its place in a chain of triggers that set one another off. */
  depth: number;
  fired_at: number;
}

/** What a trigger took, or refused, before: a signature, an id of a delivery, a file. */
export interface TriggerMarkRow {
  tenant_id: string;
  trigger_id: string;
  mark: string;
  /** Why it was refused; null: it was taken. */
  refusal: string | null;
  /** Null: as long as the trigger is there. */
  keep_until: number | null;
}
