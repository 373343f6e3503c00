import type { ErrorRecord } from '../kernel/errors.ts';
import type { TenantTx } from '../store/transaction.ts';

/**
 * A run is a durable unit of execution. It is a row: claimed under a lease with a fencing number, carried out in
 * steps whose results are stored once, and settled in one transaction. Waiting is a row too; no worker is held.
 */

/** What a person or the assignment asked of a run; seen at the next step boundary. */
export type Control = 'pause' | 'terminate' | 'reassign';

/** A run to be made. */
export interface NewRun {
  id?: string;
  kind: string;
  tenantId: string;
  taskId?: string | null;
  agentId?: string | null;
  /** Runs of this agent at the same time; 0 or absent: no limit. */
  agentLimit?: number;
  payload?: Record<string, unknown>;
  priority?: number;
  /** Not before this many milliseconds from now. */
  delayMs?: number;
  maxAttempts?: number;
  /** Longest time of one attempt; 0 or absent: no limit. */
  timeoutMs?: number;
}

/** A claimed run, as its handler sees it. */
export interface Attempt {
  readonly runId: string;
  readonly kind: string;
  readonly tenantId: string;
  readonly taskId: string | null;
  readonly agentId: string | null;
  readonly payload: Record<string, unknown>;
  /** Rises with every claim. */
  readonly fence: number;
  /** Attempts used so far, this one included. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** What the handler began when the run was claimed (`Handler.begin`); undefined where it did not. */
  readonly begun: unknown;
  /** Aborts when the lease is lost, the time is up, or a person terminates the run. */
  readonly signal: AbortSignal;
  /**
   * Does a thing once: the first result is stored and given back ever after. The effect may happen more than once
   * when the process dies in between, so effects outside the database carry `idempotencyKey` (`run:step`).
   */
  step<T>(
    name: string,
    work: (idempotencyKey: string) => Promise<T>,
    /** Commits with the result. */
    commit?: (tx: TenantTx, result: T) => Promise<void>,
  ): Promise<T>;
  /**
   * The same for the last thing that a handler does: its result is stored with the settlement, in one transaction, or
   * by itself when there is none. The effect may happen more than once just as that of `step` may.
   */
  last<T>(name: string, work: (idempotencyKey: string) => Promise<T>): Promise<T>;
  /** Whether an attempt before this one, or this one, has stored the step. */
  has(name: string): Promise<boolean>;
  /** A step whose effect is in our database: effect and result commit together, so it happens exactly once. */
  transact<T>(name: string, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  /**
   * The same in a transaction shared with other attempts that come at the same time; their statements are shared. A
   * pause does not stop it: what was done is stored, and `heed` lets go afterwards. Without a name no result is stored:
   * for what tells by itself that it was done.
   */
  transactTogether<T>(name: string | undefined, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  /** Obeys what this worker was told of the run (to pause, to end), by letting go of it. */
  heed(): void;
  /** Looks into the database for what was asked of the run, and obeys it now: hints may be late. */
  obey(): Promise<void>;
  /** The idempotency key of an effect of this run: the same in every attempt. */
  keyOf(name: string): string;
  /** Lets go of the worker until `signal` brings the value or the time is up (then undefined). */
  wait(name: string, options?: { timeoutMs?: number }): Promise<unknown>;
  /** Lets go of the worker and is claimed again after the delay; no attempt is spent. */
  postpone(delayMs: number): Promise<never>;
}

/** What a handler answers when it has finished. `commit` runs in the transaction that settles the run. */
export interface Settlement {
  result?: unknown;
  commit?: (tx: TenantTx) => Promise<void>;
  /**
   * Says that `commit` may go on in between the steps of others that share its transaction, so that their statements
   * are sent as one each. Those with the same text take turns: they change the same things.
   */
  turn?: string;
}

/** How runs of one kind are carried out. */
export interface Handler {
  /**
   * Begins a first attempt in the very transaction that claims its run, which saves one of its own. Undefined: nothing
   * was done, and `work` begins by itself; so it must be wherever something stands in the way.
   */
  begin?(tx: TenantTx, run: ClaimedRun): Promise<Begun | undefined>;
  work(attempt: Attempt): Promise<Settlement>;
  /** Runs in the transaction that gives the run up: the last attempt failed, crashed, or must not be retried. */
  giveUp?(tx: TenantTx, failure: GivenUp): Promise<void>;
}

/** A run as it was claimed. */
export type ClaimedRun = Pick<
  Attempt,
  'runId' | 'tenantId' | 'taskId' | 'agentId' | 'payload' | 'fence' | 'attempt'
>;

/** What was begun with a claim. */
export interface Begun {
  /** For `work`, as `attempt.begun`. */
  ready: unknown;
  /** The step that this was; stored as done by this attempt. */
  step: string;
}

/** A run that will not be tried again. */
export interface GivenUp {
  runId: string;
  kind: string;
  tenantId: string;
  taskId: string | null;
  agentId: string | null;
  attempts: number;
  /** `dead` after the last attempt of a failure that might have passed; `failed` when retrying is pointless. */
  state: 'failed' | 'dead';
  error: ErrorRecord;
}

/** Steps of one run (GUARANTEES P15), without those of plans. */
export const MAX_RUN_STEPS = 1_000;
/** How names of steps begin that a plan takes: it limits its own steps. */
export const PLAN_STEP = 'plan:';
