import type { Json } from '../platform/kernel/json.ts';
import type { Executor } from './agent.ts';

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

/** One way of doing work. One interface for all kinds, those to come included. */
export interface ExecutorPort {
  readonly kind: Executor['kind'];
  /** Resolves when the executor could work with this spec right now. @throws CadreError saying what is missing */
  check(executor: Executor, capabilities: string[], signal: AbortSignal): Promise<void>;
  /** Does the work. @throws CadreError; `retryable` says whether another attempt makes sense */
  execute(executor: Executor, order: WorkOrder, signal: AbortSignal): Promise<WorkAnswer>;
  /** Hosts this process keeps alive (see `heartbeatHost`); remote ones are looked at instead. */
  hosts(): string[];
}

export type ExecutorPorts = Record<Executor['kind'], ExecutorPort>;
