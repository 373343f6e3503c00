import type { Bus } from '../bus/bus.ts';
import { toRfc3339 } from '../kernel/clock.ts';
import { CadreError } from '../kernel/errors.ts';
import {
  insertEvents,
  isBehind,
  type LogPlace,
  type NewEvent,
  selectEvents,
  selectLastPlace,
  selectNewEvents,
} from '../store/events.ts';
import type { EventRow } from '../store/schema.ts';
import type { Store, Tx } from '../store/transaction.ts';

/** Every kind of fact. The console, telemetry and learning read this one log; no room calls them. */
export const EVENT_TYPES = [
  'tenant.created',
  'key.created',
  'key.revoked',
  'session.opened',
  'secret.rotated',
  'provider.connected',
  'provider.changed',
  'provider.health-changed',
  'provider.removed',
  'model.changed',
  'model.priced',
  'model.rule-changed',
  'agent.created',
  'agent.updated',
  'agent.status-changed',
  'agent.removed',
  'task.submitted',
  'task.assigned',
  'task.reassigned',
  'task.started',
  'task.progressed',
  'task.paused',
  'task.resumed',
  'task.retried',
  'task.forked',
  'task.migrated',
  'task.changed',
  'task.settled',
  'task.answered-late',
  'plan.made',
  'plan.advanced',
  'plan.reviewed',
  'workflow.saved',
  'workflow.published',
  'workflow.changed',
  'workflow.rejected',
  'workflow.removed',
  'approval.requested',
  'approval.escalated',
  'approval.decided',
  'run.claimed',
  'run.retried',
  'run.lease-expired',
  'run.fenced',
  'run.dead',
  'message.sent',
  'message.delivered',
  'message.acknowledged',
  'message.expired',
  'message.dead',
  'message.failed',
  'message.retried',
  'message.redriven',
  'message.refused',
  'conversation.stopped',
  'topic.subscribed',
  'topic.unsubscribed',
  'topic.published',
  'agent.emitted',
  'listener.added',
  'listener.removed',
  'note.kept',
  'conversation.shared',
  'prompt.seeded',
  'prompt.saved',
  'prompt.archived',
  'template.saved',
  'template.archived',
  'team.created',
  'team.changed',
  'team.removed',
  'team.joined',
  'team.left',
  'team.topology-changed',
  'team.leader-changed',
  'team.route-broken',
  'vote.opened',
  'vote.cast',
  'vote.refused',
  'vote.closed',
  'collaboration.started',
  'collaboration.contributed',
  'collaboration.ended',
  'optimization.started',
  'optimization.evaluated',
  'optimization.ended',
  'solution.started',
  'solution.answered',
  'solution.closed',
  'solution.judged',
  'schedule.created',
  'schedule.changed',
  'schedule.removed',
  'schedule.paused',
  'schedule.resumed',
  'schedule.fired',
  'schedule.skipped',
  'schedule.refused',
  'trigger.created',
  'trigger.changed',
  'trigger.removed',
  'trigger.paused',
  'trigger.resumed',
  'trigger.fired',
  'trigger.refused',
  'file.stored',
  'file.read',
  'file.analyzed',
  'outcome.recorded',
  'checkpoint.created',
  'turn.taken',
  'context.compacted',
  'act.done',
  'act.asked',
  'act.decided',
  'act.refused',
  'command.done',
  'command.denied',
  'rule.fired',
  'rule.changed',
  'energy.alerted',
  'energy.changed',
  'budget.created',
  'budget.changed',
  'budget.removed',
  'budget.warned',
  'budget.reached',
  'usage.compared',
  'usage.anomalous',
  'usage.overrun',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** A fact to be written. */
export interface Fact {
  tenantId: string;
  type: EventType;
  taskId?: string | null;
  /** The task a person submitted, above all subtasks: what a page about it follows. */
  rootId?: string | null;
  agentId?: string | null;
  runId?: string | null;
  data?: Record<string, unknown>;
}

/** A fact as readers see it. `cursor` is its place in the log, for `Last-Event-ID` and `after`. */
export interface EventRecord {
  cursor: string;
  at: string;
  type: EventType;
  taskId: string | null;
  rootId: string | null;
  agentId: string | null;
  runId: string | null;
  data: Record<string, unknown>;
}

export interface EventFilter {
  tenantId: string;
  rootId?: string;
  type?: EventType;
}

export interface EventLog {
  /** Writes facts in the transaction that makes them true. */
  append(tx: Tx, facts: Fact[]): Promise<void>;
  /** Has what the transaction told so far stand in the log, for who needs to know its place there. */
  written(tx: Tx): Promise<void>;
  /** The next facts after a cursor, oldest first, at most `limit`. No cursor: from the beginning. */
  read(filter: EventFilter, after: string | undefined, limit: number): Promise<EventRecord[]>;
  /** Cursor of the newest fact that readers may see: what is followed after it is new. */
  last(): Promise<string>;
  /** Facts after a cursor as they happen, until the signal ends it. No cursor: from now on. */
  follow(filter: EventFilter, after: string | undefined, signal: AbortSignal): AsyncIterable<EventRecord>;
}

/** Readers look by themselves this often when no hint comes. */
const POLL_MS = 1_000;
/** And so soon where there is something that they may not see yet, then after twice that, and so on. */
const HIDDEN_MS = 2;

/**
 * Says how long who follows the log rests when no hint comes. What stands above the oldest transaction under way shows
 * when that ends; one that told nothing gives no hint.
 * @returns a function of the last look: whether the log hid something then, and whether it had shown anything new
 */
export function createRests(pollMs = POLL_MS): (hides: boolean, isNew: boolean) => number {
  let nextMs = HIDDEN_MS;
  return (hides, isNew) => {
    if (isNew || !hides) nextMs = HIDDEN_MS;
    if (!hides) return pollMs;
    const restMs = Math.min(nextMs, pollMs);
    nextMs = restMs * 2;
    return restMs;
  };
}

const PAGE = 500;

/** The one event log over a store. `push` is there to be switched off for a proof that it is needed (`CADRE_FAULTS`). */
export function createEventLog(store: Store, bus: Bus, guards = { push: true }, pollMs = POLL_MS): EventLog {
  const read = async (filter: EventFilter, after: LogPlace, limit: number) =>
    store.readAll((tx) => selectEvents(tx, { ...filter, after, limit }));

  async function* follow(filter: EventFilter, after: string | undefined, signal: AbortSignal) {
    let place = after === undefined ? await store.readAll(selectLastPlace) : parseCursor(after);
    let hinted = true;
    const restMs = createRests(pollMs);
    let wake = () => {};
    const off = bus.on('events', () => {
      hinted = true;
      wake();
    });
    try {
      while (!signal.aborted) {
        hinted = false;
        const wanted = { ...filter, after: place, limit: PAGE };
        const { last, rows, hides } = await store.readAll((tx) => selectNewEvents(tx, wanted));
        const isNew = isBehind(last, place);
        for (const row of rows) {
          place = { txid: row.txid, seq: row.seq };
          if (guards.push) yield toRecord(row);
        }
        // What did not fit the filter is passed over, too: it is not read again with the next one that does.
        if (rows.length < PAGE && isBehind(last, place)) place = last;
        if (rows.length === PAGE || hinted || signal.aborted) continue;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, restMs(hides, isNew));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          signal.addEventListener('abort', wake, { once: true });
        });
        signal.removeEventListener('abort', wake);
      }
    } finally {
      off();
    }
  }

  /** What transactions under way told: it goes to the log with one statement, as their last act. */
  const unwritten = new WeakMap<Tx['beforeCommit'], NewEvent[]>();
  async function write(tx: Tx): Promise<void> {
    const rows = unwritten.get(tx.beforeCommit) ?? [];
    unwritten.delete(tx.beforeCommit);
    await insertEvents(tx, rows);
  }

  return {
    async append(tx, facts) {
      if (facts.length === 0) return;
      const rows = facts.map((fact) => ({
        tenant_id: fact.tenantId,
        type: fact.type,
        task_id: fact.taskId ?? null,
        root_id: fact.rootId ?? null,
        agent_id: fact.agentId ?? null,
        run_id: fact.runId ?? null,
        data: JSON.stringify(fact.data ?? {}),
      }));
      // Scopes copy a transaction but keep this function, so it stands for the transaction itself.
      const known = unwritten.get(tx.beforeCommit);
      if (known) {
        known.push(...rows);
        return;
      }
      unwritten.set(tx.beforeCommit, rows);
      // Behind what others do last, which has something to tell as well.
      tx.lastly(async () => tx.lastly(async () => tx.alongside(write(tx))));
      tx.afterCommit(() => bus.hint('events'));
    },
    written: write,
    read: async (filter, after, limit) =>
      (await read(filter, after === undefined ? { txid: 0, seq: 0 } : parseCursor(after), limit)).map(
        toRecord,
      ),
    last: async () => formatCursor(await store.readAll(selectLastPlace)),
    follow,
  };
}

/** Cursor of a place: both numbers, so that it means the same on both engines. */
export function formatCursor(place: LogPlace): string {
  return `${place.txid}-${place.seq}`;
}

/** @throws CadreError `request/bad-cursor` */
export function parseCursor(cursor: string): LogPlace {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(cursor);
  if (!match) throw new CadreError('request/bad-cursor', { cursor });
  return { txid: Number(match[1]), seq: Number(match[2]) };
}

/** A row of the log as readers see it. */
export function toRecord(row: EventRow): EventRecord {
  return {
    cursor: formatCursor(row),
    at: toRfc3339(row.at),
    type: row.type as EventType, // written through append only
    taskId: row.task_id,
    rootId: row.root_id,
    agentId: row.agent_id,
    runId: row.run_id,
    data: JSON.parse(row.data),
  };
}
