import type { CadreError } from '../platform/kernel/errors.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { NewMessage } from './accept.ts';

/** What another room does with messages. It may read and write its own rows, and must not send by itself. */
export interface MailListener {
  /** Messages ended: what goes on because of it is sent with the same turn at the conversations. */
  ended?(tx: TenantTx, closed: MessageRow[]): Promise<Onward[]>;
  /** Messages were added. */
  added?(tx: TenantTx, rows: MessageRow[]): Promise<void>;
}

/** A message that goes on because another one ended. */
export interface Onward {
  message: NewMessage;
  added(tx: TenantTx, row: MessageRow): Promise<void>;
  refused(tx: TenantTx, error: CadreError): Promise<void>;
}
