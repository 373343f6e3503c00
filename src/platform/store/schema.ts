import type { ChatTurnRow } from './chat-rows.ts';
import type {
  CollaborationMemberRow,
  CollaborationRow,
  ContributionRow,
  EvaluationRow,
  OptimizationRow,
} from './collaboration-rows.ts';
import type {
  AskedActRow,
  CheckpointRow,
  CommandRow,
  ControlRuleRow,
  RuleFiringRow,
  TaskControlRow,
  TurnRow,
} from './control-rows.ts';
import type {
  EnergyBalanceRow,
  EnergyChangeRow,
  EnergyGroupRow,
  EnergyPointRow,
  EnergyReadingRow,
  EnergyRecordRow,
  EnergyStateRow,
} from './energy-rows.ts';
import type { AccountRow, BudgetRow, EstimateRow, ReservationRow, UsageRow } from './ledger-rows.ts';
import type {
  ConversationContextRow,
  EventFollowerRow,
  EventListenerRow,
  KnowledgeNoteRow,
  MailboxConversationRow,
  MessageRow,
  PromptRow,
  TalkRow,
  TaskEnvelopeRow,
  TopicSubscriptionRow,
} from './message-rows.ts';
import type { ModelPriceRow, ModelRow, ModelRuleRow, ProviderRow } from './model-rows.ts';
import type { ApprovalRow, PlanNodeRow, PlanWaitRow, WorkflowRow, WorkflowVersionRow } from './plan-rows.ts';
import type {
  ScheduleFireRow,
  ScheduleRow,
  TaskTriggerRow,
  TriggerFireRow,
  TriggerMarkRow,
} from './schedule-rows.ts';
import type { DataKeyRow, MasterKeyRow, SecretRow } from './secret-rows.ts';
import type { BoardEntryRow, SolutionRow, SolverRecordRow, SolverTrailRow } from './solution-rows.ts';
import type {
  BallotRow,
  RelationRow,
  TeamHopRow,
  TeamLeaderRow,
  TeamMemberRow,
  TeamRow,
  TeamSayingRow,
  VoteRow,
} from './team-rows.ts';

export type * from './message-rows.ts';
export type * from './model-rows.ts';
export type * from './plan-rows.ts';
export type * from './schedule-rows.ts';
export type * from './secret-rows.ts';
export type * from './team-rows.ts';

/**
 * Every table as Kysely sees it: plain rows, the same on SQLite and PostgreSQL. Ids are UUIDv7 texts, times are
 * integer milliseconds, JSON is text (byte-exact on both engines), flags are 0 or 1.
 * Every table but `tenant`, `heartbeat` and the sign-in tables is keyed by tenant.
 */
export interface TenantRow {
  id: string;
  name: string;
  /** Share of the workers when several tenants have work waiting. */
  weight: number;
  /** Runs of this tenant at the same time, over all workers. */
  max_running: number;
  created_at: number;
}

export interface AccessKeyRow {
  id: string;
  tenant_id: string;
  name: string;
  role: string;
  secret_hash: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
}

export interface SessionRow {
  token_hash: string;
  tenant_id: string;
  role: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  /** The key that opened it, and with which it ends; null when a link did. */
  key_id: string | null;
  /** Who stands behind it: whose key opened it, or made the link that did; null for those of before. */
  person: string | null;
}

export interface SignInLinkRow {
  token_hash: string;
  tenant_id: string;
  role: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  /** Who made it. */
  person: string | null;
}

export interface IdempotencyRow {
  tenant_id: string;
  key: string;
  operation: string;
  request_hash: string;
  /** Null while the first request is still being answered. */
  status: number | null;
  response: string | null;
  created_at: number;
}

export interface AgentRow {
  id: string;
  tenant_id: string;
  name: string;
  role: string;
  status: string;
  /** Why the status is what it is, in words. */
  status_reason: string | null;
  enabled: number;
  /** The whole spec as JSON (agents/agent.ts). */
  spec: string;
  spec_version: number;
  executor_kind: string;
  /** Row of `heartbeat` that shows this agent's executor is alive. */
  heartbeat_host: string;
  max_concurrent: number;
  succeeded: number;
  failed: number;
  /** Mean duration of finished tasks, for the registry score (FEATURES SC-3). */
  average_ms: number;
  validation: string | null;
  created_at: number;
  updated_at: number;
}

export interface AgentCapabilityRow {
  tenant_id: string;
  agent_id: string;
  capability: string;
  confidence: number;
}

export interface HeartbeatRow {
  host: string;
  seen_at: number;
}

export interface TaskRow {
  id: string;
  tenant_id: string;
  parent_id: string | null;
  root_id: string;
  depth: number;
  /** Name of the step in the parent's plan. */
  step_name: string | null;
  goal: string;
  type: string;
  capability: string | null;
  status: string;
  /** Status to go back to when a paused task resumes. */
  status_before: string | null;
  priority: number;
  input: string;
  files: string;
  agent_id: string | null;
  assignment: string | null;
  plan: string | null;
  /** Tasks this one still waits for before it may start. */
  open_dependencies: number;
  /** Subtasks that are not final yet. */
  open_subtasks: number;
  optional: number;
  /** Of a task that is open: what it has so far, while a review has steps done again. */
  result: string | null;
  score: number | null;
  stop_reason: string | null;
  stop_sentence: string | null;
  error: string | null;
  deadline: number | null;
  timeout_ms: number | null;
  created_by: string;
  created_at: number;
  started_at: number | null;
  completed_at: number | null;
  /** The Idempotency-Key of the request that submitted it; the same key gives this task again. */
  idempotency_key: string | null;
  /** The workflow it follows, and the version that it keeps. */
  workflow_id: string | null;
  workflow_version: number | null;
}

/** `task_id` may start when `needs_id` has completed. */
export interface TaskDependencyRow {
  tenant_id: string;
  task_id: string;
  needs_id: string;
}

export interface RunRow {
  id: string;
  tenant_id: string;
  kind: string;
  task_id: string | null;
  agent_id: string | null;
  payload: string;
  /** pending, running, waiting, paused, completed, failed, terminated, dead */
  state: string;
  state_before: string | null;
  /** What a person asked of a run that is being carried out: pause, terminate, reassign. */
  control: string | null;
  priority: number;
  due_at: number;
  /** Attempts that count against max_attempts. */
  attempts: number;
  max_attempts: number;
  /** How many runs of the same agent may be running; 0 means no limit. */
  agent_limit: number;
  lease_owner: string | null;
  lease_until: number | null;
  /** Rises with every claim; a write with an older fence changes nothing. */
  fence: number;
  timeout_ms: number;
  wait: string | null;
  result: string | null;
  error: string | null;
  created_at: number;
  updated_at: number;
}

export interface StepRow {
  run_id: string;
  name: string;
  tenant_id: string;
  fence: number;
  result: string | null;
  created_at: number;
}

export interface EventRow {
  seq: number;
  /** PostgreSQL transaction id, so that readers never pass a transaction still running; 0 on SQLite. */
  txid: number;
  tenant_id: string;
  at: number;
  type: string;
  task_id: string | null;
  root_id: string | null;
  agent_id: string | null;
  run_id: string | null;
  data: string;
}

export interface FileRow {
  id: string;
  tenant_id: string;
  /** The name for people; never a path. */
  name: string;
  media_type: string;
  bytes: number;
  sha256: string;
  /** stored, reading, read, analyzed, failed */
  status: string;
  error: string | null;
  created_at: number;
}

export interface BlobChunkRow {
  tenant_id: string;
  file_id: string;
  number: number;
  bytes: Uint8Array;
}

/** The stored result of one stage (`text`, `analysis`) over one file, so that a retry resumes at the failed stage. */
export interface ExtractionRow {
  tenant_id: string;
  file_id: string;
  stage: string;
  /** Version of the code that made it; another version is made anew. */
  version: string;
  data: string;
  created_at: number;
}

/** Name of every table with the type of its rows. */
export interface Schema {
  tenant: TenantRow;
  access_key: AccessKeyRow;
  session: SessionRow;
  sign_in_link: SignInLinkRow;
  idempotency: IdempotencyRow;
  agent: AgentRow;
  agent_capability: AgentCapabilityRow;
  heartbeat: HeartbeatRow;
  task: TaskRow;
  task_dependency: TaskDependencyRow;
  run: RunRow;
  step: StepRow;
  event: EventRow;
  message: MessageRow;
  mailbox_conversation: MailboxConversationRow;
  talk: TalkRow;
  topic_subscription: TopicSubscriptionRow;
  knowledge_note: KnowledgeNoteRow;
  relation: RelationRow;
  event_follower: EventFollowerRow;
  event_listener: EventListenerRow;
  task_envelope: TaskEnvelopeRow;
  team: TeamRow;
  team_member: TeamMemberRow;
  team_leader: TeamLeaderRow;
  team_saying: TeamSayingRow;
  team_hop: TeamHopRow;
  vote: VoteRow;
  ballot: BallotRow;
  collaboration: CollaborationRow;
  collaboration_member: CollaborationMemberRow;
  contribution: ContributionRow;
  optimization: OptimizationRow;
  evaluation: EvaluationRow;
  conversation_context: ConversationContextRow;
  prompt: PromptRow;
  prompt_template: PromptRow;
  solution: SolutionRow;
  board_entry: BoardEntryRow;
  solver_record: SolverRecordRow;
  solver_trail: SolverTrailRow;
  workflow: WorkflowRow;
  workflow_version: WorkflowVersionRow;
  plan_node: PlanNodeRow;
  plan_wait: PlanWaitRow;
  approval: ApprovalRow;
  schedule: ScheduleRow;
  schedule_fire: ScheduleFireRow;
  task_trigger: TaskTriggerRow;
  trigger_fire: TriggerFireRow;
  trigger_mark: TriggerMarkRow;
  task_control: TaskControlRow;
  checkpoint: CheckpointRow;
  turn: TurnRow;
  chat_turn: ChatTurnRow;
  asked_act: AskedActRow;
  command: CommandRow;
  control_rule: ControlRuleRow;
  rule_firing: RuleFiringRow;
  master_key: MasterKeyRow;
  data_key: DataKeyRow;
  secret: SecretRow;
  provider: ProviderRow;
  model: ModelRow;
  model_price: ModelPriceRow;
  model_rule: ModelRuleRow;
  usage: UsageRow;
  budget: BudgetRow;
  account: AccountRow;
  reservation: ReservationRow;
  estimate: EstimateRow;
  file: FileRow;
  blob_chunk: BlobChunkRow;
  extraction: ExtractionRow;
  energy_reading: EnergyReadingRow;
  energy_point: EnergyPointRow;
  energy_balance: EnergyBalanceRow;
  energy_record: EnergyRecordRow;
  energy_group: EnergyGroupRow;
  energy_state: EnergyStateRow;
  energy_change: EnergyChangeRow;
}
