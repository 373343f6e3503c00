import type { Message, MessageType } from '../messages/message.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { AgentSpec, Executor } from './agent.ts';

/** What an operator is given: the contract of one task (DESIGN sections 5 and 7). */
export interface WorkOrder {
  tenantId: string;
  taskId: string;
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
  };
  /** Stable across attempts: who does the work may use it to do it once. */
  idempotencyKey: string;
  timeoutMs: number;
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
  /** Resolves when the executor could work with this spec right now. @throws CadreError saying what is missing */
  check(executor: Executor, capabilities: string[], signal: AbortSignal): Promise<void>;
  /** Does the work. @throws CadreError; `retryable` says whether another attempt makes sense */
  execute(executor: Executor, order: WorkOrder, signal: AbortSignal): Promise<WorkAnswer>;
  /** Handles a message. @throws CadreError; `retryable` says whether it is delivered again */
  receive(executor: Executor, delivery: Delivery, signal: AbortSignal): Promise<Receipt>;
  /** Hosts this process keeps alive (see `heartbeatHost`); remote ones are looked at instead. */
  hosts(): string[];
}

export type ExecutorPorts = Record<Executor['kind'], ExecutorPort>;
