import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import {
  deleteClaim,
  deleteOldClaims,
  deleteOpenClaims,
  insertClaim,
  renewClaim,
  selectClaim,
  settleClaim,
} from '../platform/store/idempotency.ts';
import type { Store, Tx } from '../platform/store/transaction.ts';

/**
 * One answer for one Idempotency-Key. The claim is a row, renewed while the request is answered; when its process
 * dies, another request with the same key takes it over. A verb that creates something calls `keepAnswer` in the
 * transaction that creates it: then work and answer commit together, and no crash can part them.
 */

/** A claim not renewed for this long belongs to a dead process. */
export const CLAIM_MS = 5_000;
const RENEW_MS = 1_500;
/** Answers are kept for a day. */
const KEEP_MS = 24 * 3_600_000;

export interface KeptAnswer {
  status: number;
  body: string;
}

export type Claim =
  | { state: 'repeat'; answer: KeptAnswer }
  | { state: 'run'; settle(answer: KeptAnswer): Promise<void>; abandon(): Promise<void> };

export interface Idempotency {
  /** @throws CadreError `request/idempotency-mismatch`, `request/idempotency-running` */
  begin(request: { tenantId: string; key: string; operation: string; requestHash: string }): Promise<Claim>;
  /** Clears what a dead process left (`exclusive`: no other process lives on this database) and old answers. */
  tidy(options: { exclusive: boolean }): Promise<void>;
}

export function createIdempotency(needs: { store: Store }): Idempotency {
  const { store } = needs;
  return {
    async begin({ tenantId, key, operation, requestHash }) {
      const marked = await store.write(tenantId, (tx) => insertClaim(tx, key, operation, requestHash));
      if (marked !== undefined) return running(store, tenantId, key, marked);
      const found = await store.read(tenantId, (tx) => selectClaim(tx, key));
      if (!found) throw new CadreError('request/idempotency-running', { key }); // given back just now
      if (found.request_hash !== requestHash || found.operation !== operation) {
        throw new CadreError('request/idempotency-mismatch', { key });
      }
      if (found.status !== null) {
        return { state: 'repeat', answer: { status: found.status, body: found.response ?? 'null' } };
      }
      if (found.now - found.created_at < CLAIM_MS)
        throw new CadreError('request/idempotency-running', { key });
      const taken = await store.write(tenantId, (tx) => renewClaim(tx, key, found.created_at));
      if (taken === undefined) throw new CadreError('request/idempotency-running', { key });
      return running(store, tenantId, key, taken);
    },
    async tidy({ exclusive }) {
      await store.writeAll(async (tx) => {
        if (exclusive) await deleteOpenClaims(tx);
        await deleteOldClaims(tx, KEEP_MS);
      });
    },
  };
}

function running(store: Store, tenantId: string, key: string, marked: number): Claim {
  let mark: number | undefined = marked;
  let renewing = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renewing.then(async () => {
      const last = mark;
      // A renewal that fails is tried again; without one the claim runs out, which is what the rule wants.
      if (last !== undefined) {
        mark = await store.write(tenantId, (tx) => renewClaim(tx, key, last)).catch(() => last);
      }
    });
  }, RENEW_MS);
  timer.unref();
  const stop = async () => {
    clearInterval(timer);
    await renewing;
  };
  return {
    state: 'run',
    async settle({ status, body }) {
      await stop();
      await store.write(tenantId, (tx) => settleClaim(tx, tenantId, key, status, body));
    },
    async abandon() {
      await stop();
      const last = mark;
      if (last !== undefined) await store.write(tenantId, (tx) => deleteClaim(tx, key, last));
    },
  };
}

/**
 * Keeps the answer of the caller's request in the transaction of the work itself. Does nothing when the request
 * came without a key. `answer` is what `run` returns, without fields that are shown once.
 */
export async function keepAnswer(tx: Tx, caller: Caller, status: number, answer: unknown): Promise<void> {
  if (caller.idempotencyKey === undefined) return;
  await settleClaim(tx, caller.tenantId, caller.idempotencyKey, status, JSON.stringify(answer));
}
