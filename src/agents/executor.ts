import type { Message, MessageType } from '../messages/message.ts';
import type { Bill, CallUsage, WorstCase } from '../models/usage.ts';
import type { ErrorRecord } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { AgentSpec, Executor } from './agent.ts';
import type { Effect, PermissionMode } from './permission.ts';

/** What an operator is given: the contract of one task (DESIGN sections 5 and 7). */
export interface WorkOrder {
  tenantId: string;
  taskId: string;
  /** The run that does it: the same for all attempts. */
  runId: string;
  agentId: string;
  agentName: string;
  attempt: number;
  type: string;
  goal: string;
  capability: string | null;
  input: Record<string, Json>;
  files: string[];
  context: {
    rootId: string;
    /** Outputs of the steps this one depends on, by step name. */
    results: Record<string, unknown>;
    deadline: string | null;
    /** What people told those who work on the goal, oldest first. */
    notes: string[];
    /** What was said before, oldest first, where the goal is a message of a chat. */
    chat?: Said[];
  };
  /** Stable across attempts: who does the work may use it to do it once. */
  idempotencyKey: string;
  timeoutMs: number;
}

/** Something said in a chat. */
export interface Said {
  by: 'person' | 'agent';
  text: string;
}

/** What an operator answers. `score` in [0, 1]. */
export interface WorkAnswer {
  output: unknown;
  usage?: {
    inputTokens?: number;
    outputTokens?: number;
    costUsd?: number;
    energyJ?: number;
    durationMs?: number;
  };
  score?: number;
}

/** What the goal wishes at the boundary of a turn: read anew each time, so a change in the middle takes effect. */
export interface Turn {
  /** Null: the executor's own. */
  model: string | null;
  permissionMode: PermissionMode;
  notes: string[];
  /** Stable across attempts: who does the turn may use it to do it once. */
  idempotencyKey: string;
  /** Who pays for what the turn calls. */
  bill: Bill;
  /**
   * Reserves what the turn can take at most, for who calls no model through `Models`; it goes back as `Taken.billed`.
   * @throws CadreError `budget/exceeded`, `budget/no-price`
   */
  reserve(worst: WorstCase): Promise<string>;
  /** Gives back what was reserved for something that was not begun, or took nothing. */
  release(reservationId: string): Promise<void>;
}

/** What a turn gave, and what it cost. */
export interface Taken<T> {
  value: T;
  /** The model that did it. */
  model: string | null;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  /** A call of a language model: its reservation is settled in the transaction that stores the turn. */
  billed?: { reservationId: string; usage: CallUsage };
  /** That the conversation with the model was made shorter: told in the transaction that stores the turn. */
  compacted?: Compacted;
  /** What was left out of the prompt to save tokens: told with the turn. */
  saved?: SavedTokens;
}

/** Tokens of a prompt before and after it was made shorter, estimated from its characters (docs/tokens.md). */
export interface SavedTokens {
  techniques: string[];
  tokensBefore: number;
  tokensAfter: number;
}

/** What of a conversation with a model was made shorter. The originals stay stored. */
export interface Compacted {
  /** The turns that are told in short from now on, from the first to this one. */
  upTo: number;
  /** `summary`: a model wrote it; `cut`: they are left out. */
  how: 'summary' | 'cut';
  tokensBefore: number;
  tokensAfter: number;
}

/** A question of an executor to another agent. */
export interface AgentQuestion {
  /** Different from those of all other questions of the same work. */
  name: string;
  /** Id or name of the agent. */
  to: string;
  question: string;
  timeoutMs: number;
}

/** What became of a question. */
export interface AgentAnswer {
  status: 'answered' | 'failed' | 'timeout' | 'refused';
  data: Json;
  error: string | null;
}

/** Something an executor wants to do in the world, beyond thinking. */
export interface Act {
  /** Different from those of all other acts of the same work. */
  name: string;
  effect: Effect;
  /** The executor itself would rather have it confirmed. */
  wantsConfirmation?: boolean;
  /** For the person who is asked, and for the log. */
  detail?: string;
}

/** What became of an act. */
export type ActOutcome<T> = { isDone: true; value: T } | { isDone: false; error: ErrorRecord };

/**
 * How an executor works in turns. A turn is stored once with its usage, so what was paid for is not paid for again; a
 * pause or an end is seen before each turn and each act, and the work goes on after the last stored one.
 */
export interface Turns {
  /** Takes a turn, or answers what it gave before. */
  take<T>(name: string, work: (turn: Turn) => Promise<Taken<T>>): Promise<Taken<T>>;
  /**
   * Acts, if the goal's permission mode lets it. What needs a person's word waits for it as a row; what is refused is
   * in the event log, and the executor goes on without it.
   */
  act<T>(act: Act, work: (idempotencyKey: string) => Promise<T>): Promise<ActOutcome<T>>;
  /** Asks another agent and lets go of the worker until it has answered; asked once. */
  ask(question: AgentQuestion): Promise<AgentAnswer>;
}

/** A message on its way to the agent that handles it. */
export interface Delivery {
  tenantId: string;
  agentId: string;
  agentName: string;
  spec: AgentSpec;
  message: Message;
  /** Stable when the message is delivered again: who handles it may use it to do it once. */
  idempotencyKey: string;
  timeoutMs: number;
}

/** What an agent sends back under the same correlation. Type and subject follow from the message when not said. */
export interface ReplyDraft {
  type?: MessageType;
  subject?: string;
  payload: unknown;
  requiresResponse?: boolean;
}

/** That a message was handled. */
export interface Receipt {
  result?: unknown;
  reply?: ReplyDraft;
  /** What changes in our database: it commits with the acknowledgement, so it happens exactly once. */
  effect?: (tx: TenantTx) => Promise<void>;
}

/** One way of doing work. One interface for all kinds, those to come included. */
export interface ExecutorPort {
  readonly kind: Executor['kind'];
  /**
   * Resolves when the executor could work with this spec right now, for this tenant. @throws CadreError saying what is
   * missing
   */
  check(executor: Executor, capabilities: string[], signal: AbortSignal, tenantId: string): Promise<void>;
  /**
   * Does the work: at once, or in turns. @throws CadreError; `retryable` says whether another attempt makes sense. What
   * `turns` throws passes through.
   */
  execute(executor: Executor, order: WorkOrder, signal: AbortSignal, turns: Turns): Promise<WorkAnswer>;
  /** Handles a message. @throws CadreError; `retryable` says whether it is delivered again */
  receive(executor: Executor, delivery: Delivery, signal: AbortSignal): Promise<Receipt>;
  /** Hosts this process keeps alive (see `heartbeatHost`); remote ones are looked at instead. */
  hosts(): string[];
}

export type ExecutorPorts = Record<Executor['kind'], ExecutorPort>;
