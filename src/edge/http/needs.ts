import type { Clock } from '../../platform/kernel/clock.ts';
import type { Config } from '../../platform/kernel/config.ts';
import type { Log } from '../../platform/kernel/log.ts';
import type { Caller } from '../../platform/kernel/operation.ts';

/** Who a key or a session belongs to. */
export type Identity = Pick<Caller, 'tenantId' | 'actor' | 'role'>;

/** An answer kept under an Idempotency-Key: the status and the JSON text as first sent. */
export interface KeptAnswer {
  status: number;
  body: string;
}

/**
 * What `begin` found for a key: an answer to repeat, or leave to do the work now. Who gets `run` must call
 * `settle` or `abandon` exactly once.
 */
export type IdempotencyClaim =
  | { state: 'repeat'; answer: KeptAnswer }
  | { state: 'run'; settle(answer: KeptAnswer): Promise<void>; abandon(): Promise<void> };

/** What the HTTP door needs from the house. The composition root satisfies it by structure. */
export interface DoorNeeds {
  readonly version: string;
  /** Where the built console lies. */
  readonly consoleFolder: string;
  readonly config: Pick<Config, 'host' | 'port' | 'allowOrigins' | 'behindProxy' | 'ratePerSecond'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly access: {
    /** @throws CadreError `auth/invalid` */
    authenticate(credential: { key: string } | { session: string }): Promise<Identity>;
    /** Whether it still would; not counted as use. @throws CadreError `auth/invalid` */
    confirm(credential: { key: string } | { session: string }): Promise<void>;
    /** True while the sign-in link may still be used. */
    isLive(link: string): Promise<boolean>;
    /** Uses up a sign-in link; the session that the browser had ends. @throws CadreError `auth/link-used` */
    redeem(link: string, last?: string): Promise<{ session: string; maxAgeMs: number }>;
    /** Opens a session that ends with the key; the one that the browser had ends. @throws CadreError `auth/invalid` */
    signIn(key: string, last?: string): Promise<{ session: string; maxAgeMs: number }>;
    endSession(session: string): Promise<void>;
  };
  readonly idempotency: {
    /** @throws CadreError `request/idempotency-mismatch`, `request/idempotency-running` */
    begin(request: {
      tenantId: string;
      key: string;
      operation: string;
      requestHash: string;
    }): Promise<IdempotencyClaim>;
  };
  readonly webhooks: {
    /** Takes a signed delivery. @throws CadreError `trigger/unsigned`, `trigger/replayed`, `trigger/paused` */
    receive(delivery: {
      id: string;
      signature: string | undefined;
      deliveryId: string | undefined;
      body: Uint8Array;
    }): Promise<{ taskId: string }>;
  };
  /** Resolves when a write reaches the disk. @throws CadreError `store/unavailable`, `store/full` */
  checkReady(): Promise<void>;
}
