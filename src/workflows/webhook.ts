import { CadreError } from '../platform/kernel/errors.ts';
import { isId } from '../platform/kernel/ids.ts';
import { type Json, parseJson } from '../platform/kernel/json.ts';
import { sameText, signatureOf } from '../platform/kernel/random.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { holdTrigger, insertMark, selectWebhook } from '../platform/store/triggers.ts';
import type { Secrets } from '../tenants/secret-vault.ts';
import type { BehalfNeeds } from './behalf.ts';
import { fireTrigger } from './trigger-fire.ts';

/** A delivery as it came through the door. */
export interface Delivery {
  /** The last part of the address. */
  id: string;
  /** `Cadre-Signature`: `t=<unix seconds>,v1=<hex>`. */
  signature: string | undefined;
  /** `Cadre-Delivery`: the sender's own id, the same when it sends again. */
  deliveryId: string | undefined;
  body: Uint8Array;
}

/** What the door asks of the house. */
export interface Webhooks {
  /** @throws CadreError `trigger/unsigned`, `trigger/replayed`, `trigger/paused`, `trigger/too-often`, `request/json-…` */
  receive(delivery: Delivery): Promise<{ taskId: string }>;
}

/** How far the clock of a sender may be off, and how old a signature may be. */
export const TOLERANCE_MS = 300_000;
/** A signature is remembered for longer than it is any good, a delivery's id for a day. */
const KEEP_SIGNATURE_MS = 3 * TOLERANCE_MS;
const KEEP_ID_MS = 86_400_000;
/** For a webhook that is not there: the same work, so that the time tells nothing. */
const NO_SECRET = 'nobody signs with this';

/** Takes signed deliveries and submits a task for each, once. What is not signed writes nothing and learns nothing. */
export function createWebhooks(needs: BehalfNeeds & { store: Store; secrets: Secrets }): Webhooks {
  return {
    async receive({ id, signature, deliveryId, body }) {
      const [, seconds = '', given = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature ?? '') ?? [];
      const { webhook, now } = await needs.store.readAll((tx) => selectWebhook(tx, isId(id) ? id : ''));
      const secret = needs.secrets.peek(webhook);
      const expected = signatureOf(secret ?? NO_SECRET, `${seconds}.`, body);
      const isSigned = sameText(expected, given) && secret !== null;
      const isFresh = Math.abs(now - Number(seconds) * 1_000) <= TOLERANCE_MS;
      if (!isSigned || !isFresh || webhook === undefined) throw new CadreError('trigger/unsigned', {});
      if (deliveryId !== undefined && !/^[\x21-\x7e]{1,200}$/.test(deliveryId))
        throw new CadreError('request/invalid', { detail: 'Cadre-Delivery: up to 200 plain characters' });
      const payload = readPayload(body);
      const firing = await needs.store.write(webhook.secret.tenant_id, async (tx) => {
        const trigger = await holdTrigger(tx, id);
        if (!trigger) throw new CadreError('trigger/unsigned', {}); // deleted just now
        return fireTrigger(tx, needs, trigger, deliveryId ?? null, async (inner) => {
          await remember(inner, id, `signature:${given}`, KEEP_SIGNATURE_MS);
          if (deliveryId !== undefined) await remember(inner, id, `delivery:${deliveryId}`, KEEP_ID_MS);
          return { depth: 0, input: { payload } };
        });
      });
      if ('refusal' in firing) throw firing.refusal;
      return firing;
    },
  };
}

async function remember(tx: TenantTx, triggerId: string, mark: string, keepMs: number): Promise<void> {
  if (!(await insertMark(tx, { trigger_id: triggerId, mark, refusal: null }, keepMs)))
    throw new CadreError('trigger/replayed', {});
}

function readPayload(body: Uint8Array): Json {
  if (body.length === 0) return null;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new CadreError('request/json-invalid', { detail: 'the bytes are not UTF-8' }, { cause });
  }
  return parseJson(text) as Json; // checked there
}
