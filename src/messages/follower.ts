import type { Bus } from '../platform/bus/bus.ts';
import { createRests, type EventRecord, toRecord } from '../platform/events/events.ts';
import { pause } from '../platform/kernel/clock.ts';
import type { CadreError } from '../platform/kernel/errors.ts';
import { messageOf } from '../platform/kernel/json.ts';
import type { Log } from '../platform/kernel/log.ts';
import { type LogPlace, selectNewEvents } from '../platform/store/events.ts';
import {
  deleteFollower,
  type Followed,
  followFrom,
  holdFollower,
  moveFollower,
  selectFollowers,
} from '../platform/store/followers.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import type { NewMessage } from './accept.ts';
import type { Mail } from './mail.ts';

/**
 * The one follower of the event log: it reads what happened, in the order of the log, and has it told as messages.
 * The messages and how far it came commit together, under the lock of the tenant's row, so that processes take turns,
 * and nothing is told twice or left out, whenever one of them dies. Where nobody listens there is no row, and no work.
 */
export interface Follower {
  start(): void;
  /** Ends after the turn that is under way. */
  stop(): Promise<void>;
}

/** Somebody who makes messages of events. */
export interface EventReader {
  /** Begins a turn; undefined when nobody listens in this tenant. */
  open(tx: TenantTx): Promise<EventTurn | undefined>;
}

export interface EventTurn {
  /** What an event is told as. It must not throw over what an event says: the log would stand still. */
  read(event: EventRecord): Promise<NewMessage[]> | NewMessage[];
  /** What became of the messages of the turn, in their order; a refusal concerns its message alone. */
  sent?(messages: NewMessage[], outcomes: Array<MessageRow | CadreError>): Promise<void>;
}

export interface FollowerNeeds {
  store: Store;
  bus: Bus;
  mail: Mail;
  log: Log;
}

/** Events of one burst are told together; where nobody listens, looking whether somebody does can wait longer. */
const GATHER_MS = { told: 5, nobody: 50 };
const EVENTS_PER_TURN = 200;
/** One event may go to many; a turn that got so long ends after it. */
const MESSAGES_PER_TURN = 1_000;
/** So many events that concern nobody are passed over before the place is written anew. */
const PASSED_OVER = 2_000;
/** What telling makes itself: whoever listened to it would feed itself. */
export const OWN_KINDS = ['message', 'run', 'listener'] as const;

export function createFollower(needs: FollowerNeeds, readers: readonly EventReader[]): Follower {
  const { store, bus, mail, log } = needs;
  const stopped = new AbortController();
  const restMs = createRests();
  let hinted = false;
  /** At the last look: something stood in the log that may not be seen yet, and something was new. */
  let hides = false;
  let isNew = false;
  let wake = () => {};
  let following = Promise.resolve();

  async function follow(): Promise<void> {
    while (!stopped.signal.aborted) {
      hinted = false;
      const isFollowed = await round();
      await pause(GATHER_MS[isFollowed ? 'told' : 'nobody'], stopped.signal).catch(() => undefined); // it ends now
      if (hinted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs(hides, isNew));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (stopped.signal.aborted) wake();
      });
    }
  }

  /** Every tenant in which somebody listens; one that fails keeps no other waiting. False when nobody does. */
  async function round(): Promise<boolean> {
    let followed: Followed[] = [];
    hides = false;
    isNew = false;
    try {
      followed = await store.readAll(selectFollowers);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the event log could not be followed; it is tried again');
    }
    for (const { tenant_id: tenantId, txid, seq, is_lost: isLost } of followed) {
      try {
        if (isLost) await store.write(tenantId, (tx) => followFrom(tx, { txid, seq }));
        if (!(await hasNews(tenantId, { txid, seq }))) continue;
        let more = true;
        while (more && !stopped.signal.aborted) more = await store.write(tenantId, turn);
      } catch (error) {
        log.warn({ tenantId, error: messageOf(error) }, 'events could not be told; it is tried again');
      }
    }
    return followed.length > 0;
  }

  /** Looks without holding anything: most events concern nobody. */
  const hasNews = (tenantId: string, after: LogPlace): Promise<boolean> =>
    store.readAll(async (tx) => {
      const seen = await selectNewEvents(tx, { tenantId, after, limit: 1, except: OWN_KINDS });
      const { last, rows } = seen;
      hides ||= seen.hides;
      isNew ||= rows.length > 0;
      return rows.length > 0 || last.txid - after.txid + last.seq - after.seq > PASSED_OVER;
    });

  /** Tells the next events of a tenant; true when there are more. */
  async function turn(tx: TenantTx): Promise<boolean> {
    const from = await holdFollower(tx);
    if (!from) return false;
    const { tenantId } = tx;
    const limit = EVENTS_PER_TURN;
    const { last, rows } = await selectNewEvents(tx, { tenantId, after: from, limit, except: OWN_KINDS });
    // After the events were read: whoever began to wait before one of them is seen now.
    const turns: EventTurn[] = [];
    for (const reader of readers) {
      const one = await reader.open(tx);
      if (one) turns.push(one);
    }
    if (turns.length === 0) {
      await deleteFollower(tx);
      return false;
    }
    const told = turns.map((): NewMessage[] => []);
    let read = 0;
    for (const row of rows) {
      if (told.reduce((sum, messages) => sum + messages.length, 0) >= MESSAGES_PER_TURN) break;
      const event = toRecord(row);
      for (const [who, one] of turns.entries()) told[who]?.push(...(await one.read(event)));
      read += 1;
    }
    const end = rows[read - 1];
    const more = end !== undefined && (read < rows.length || rows.length === limit);
    await tell(tx, turns, told);
    await moveFollower(tx, more ? { txid: end.txid, seq: end.seq } : last);
    return more;
  }

  async function tell(tx: TenantTx, turns: EventTurn[], told: NewMessage[][]): Promise<void> {
    const messages = told.flat();
    if (messages.length === 0) return;
    const outcomes = await mail.sendEach(tx, messages);
    let from = 0;
    for (const [who, own] of told.entries()) {
      await turns[who]?.sent?.(own, outcomes.slice(from, from + own.length));
      from += own.length;
    }
  }

  let off = () => {};
  return {
    start() {
      off = bus.on('events', () => {
        hinted = true;
        wake();
      });
      following = follow();
    },
    async stop() {
      stopped.abort();
      off();
      wake();
      await following;
    },
  };
}
