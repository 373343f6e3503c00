import { CadreError } from '../platform/kernel/errors.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import type { NewMessage } from './accept.ts';

/** A message on its own, with what commits together with it. */
export interface Outgoing {
  tenantId: string;
  message: NewMessage;
  commit?: (tx: TenantTx, sent: MessageRow) => Promise<void>;
}

interface Waiting {
  outgoing: Outgoing;
  resolve(row: MessageRow): void;
  reject(error: unknown): void;
}

/** More would hold the conversations too long for other processes. */
const BATCH = 64;

/**
 * Group commit of messages that are sent by themselves: those of one tenant that arrive while a transaction is under
 * way share the next one. A refusal concerns its message alone; when the transaction fails, each is tried by itself.
 */
export function createDispatch(
  store: Store,
  sendEach: (tx: TenantTx, messages: NewMessage[]) => Promise<Array<MessageRow | CadreError>>,
): (outgoing: Outgoing) => Promise<MessageRow> {
  const queues = new Map<string, Waiting[]>();

  const send = (tenantId: string, batch: Waiting[]) =>
    store.write(tenantId, async (tx) => {
      const sent = await sendEach(
        tx,
        batch.map(({ outgoing }) => outgoing.message),
      );
      for (const [index, row] of sent.entries())
        if (!(row instanceof CadreError)) await batch[index]?.outgoing.commit?.(tx, row);
      return sent;
    });

  async function flush(tenantId: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH);
      try {
        answer(batch, await send(tenantId, batch));
      } catch (error) {
        // Two processes may add one messageId at the same moment: the second attempt finds what the first made.
        const isTwin = error instanceof Error && 'code' in error && error.code === '23505';
        if (batch.length === 1 && !isTwin) batch[0]?.reject(error);
        else for (const one of batch) await alone(tenantId, one);
      }
    }
    queues.delete(tenantId);
  }

  async function alone(tenantId: string, one: Waiting): Promise<void> {
    try {
      answer([one], await send(tenantId, [one]));
    } catch (error) {
      one.reject(error);
    }
  }

  return (outgoing) =>
    new Promise((resolve, reject) => {
      const waiting = queues.get(outgoing.tenantId);
      if (waiting) {
        waiting.push({ outgoing, resolve, reject });
        return;
      }
      const queue = [{ outgoing, resolve, reject }];
      queues.set(outgoing.tenantId, queue);
      queueMicrotask(() => void flush(outgoing.tenantId, queue));
    });
}

function answer(batch: Waiting[], sent: Array<MessageRow | CadreError>): void {
  for (const [index, row] of sent.entries()) {
    if (row instanceof CadreError) batch[index]?.reject(row);
    else batch[index]?.resolve(row);
  }
}
