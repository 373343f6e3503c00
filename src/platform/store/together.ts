import { type RawBuilder, sql } from 'kysely';
import type { Store, TenantTx } from './transaction.ts';

/**
 * Calls that come at the same time in one transaction go to the database as one statement. Where many settle together
 * (group commit), each asks for its own row in the same moment: one round trip serves them all.
 */
interface Waiting<Ask, Answer> {
  ask: Ask;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Those who were woken by one statement reach the next a few microtasks apart. */
const HOPS = 3;

/**
 * Makes a function for one out of one for many. `many` answers in the order of what it was asked; it is never asked for
 * nothing.
 */
export function together<Ask, Answer>(
  many: (tx: TenantTx, asks: Ask[]) => Promise<Answer[]>,
): (tx: TenantTx, ask: Ask) => Promise<Answer> {
  // The connection stands for the transaction; on the read-only side of SQLite tenants share it.
  const queues = new WeakMap<object, Map<string, Array<Waiting<Ask, Answer>>>>();

  async function flush(tx: TenantTx, tenants: Map<string, Array<Waiting<Ask, Answer>>>): Promise<void> {
    for (let hop = 0; hop < HOPS; hop += 1) await undefined;
    const batch = tenants.get(tx.tenantId) ?? [];
    tenants.delete(tx.tenantId);
    try {
      const answers = await many(
        tx,
        batch.map(({ ask }) => ask),
      );
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer); // one for each
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (tx, ask) =>
    new Promise<Answer>((resolve, reject) => {
      const tenants = queues.get(tx.db) ?? new Map<string, Array<Waiting<Ask, Answer>>>();
      queues.set(tx.db, tenants);
      const queue = tenants.get(tx.tenantId);
      if (queue) {
        queue.push({ ask, resolve, reject });
        return;
      }
      tenants.set(tx.tenantId, [{ ask, resolve, reject }]);
      void flush(tx, tenants);
    });
}

/**
 * Has the same question, asked again in one transaction before it is answered, share the answer. For what nobody writes
 * in a transaction that asks it.
 */
export function onceAtATime<Words extends Array<string | number>, Answer>(
  ask: (tx: TenantTx, ...words: Words) => Promise<Answer>,
): (tx: TenantTx, ...words: Words) => Promise<Answer> {
  const asked = new WeakMap<object, Map<string, Promise<Answer>>>();
  return (tx, ...words) => {
    const open = asked.get(tx.db) ?? new Map<string, Promise<Answer>>();
    asked.set(tx.db, open);
    const key = JSON.stringify([tx.tenantId, ...words]);
    const known = open.get(key);
    if (known) return known;
    const answer = ask(tx, ...words).finally(() => open.delete(key));
    open.set(key, answer);
    return answer;
  };
}

/** `many` for rows that are found by one text, such as their id. */
export function oneOf<Row, Key extends string>(
  rows: readonly Row[],
  asks: readonly Key[],
  keyOf: (row: Row) => string,
): Array<Row | undefined> {
  const found = new Map(rows.map((row) => [keyOf(row), row]));
  return asks.map((ask) => found.get(ask));
}

/** The ids as the right side of `in`: one parameter, so that the statement is the same for any number of them. */
export function among(tx: TenantTx, ids: readonly string[]): RawBuilder<string> {
  if (ids.length === 1) return sql<string>`(${ids[0]})`;
  return tx.differ.textsOf([...new Set(ids)]);
}

/** By transaction and text: the end of what was begun last. */
const lines = new WeakMap<TenantTx['beforeCommit'], Map<string, Promise<void>>>();

/**
 * Has those who change the same things in one transaction do so one after another, each from beginning to end. What
 * fails lets the next begin; the transaction is lost with it anyway.
 */
export async function oneAfterAnother(tx: TenantTx, what: string, work: () => Promise<void>): Promise<void> {
  const line = lines.get(tx.beforeCommit) ?? new Map<string, Promise<void>>();
  lines.set(tx.beforeCommit, line);
  const mine = (line.get(what) ?? Promise.resolve()).then(work);
  line.set(
    what,
    mine.catch(() => undefined),
  );
  return mine;
}

/** More would hold rows too long for other processes. */
const GROUP_SIZE = 32;

/**
 * Group commit: those of one tenant that come while a transaction is under way share the next one. Where that fails,
 * nothing of it has happened and each is done by itself, so that none harms its neighbours. What is asked for may
 * therefore be done twice, but only once does it commit.
 * @param commit does all in one transaction; its answers are in the order of what it was asked
 */
export function createGroups<Ask, Answer>(
  commit: (tenantId: string, asks: readonly Ask[]) => Promise<readonly Answer[]>,
): (tenantId: string, ask: Ask) => Promise<Answer> {
  const queues = new Map<string, Array<Waiting<Ask, Answer>>>();

  async function flush(tenantId: string, queue: Array<Waiting<Ask, Answer>>): Promise<void> {
    while (queue.length > 0) await doAll(tenantId, queue.splice(0, GROUP_SIZE));
    queues.delete(tenantId);
  }

  async function doAll(tenantId: string, group: ReadonlyArray<Waiting<Ask, Answer>>): Promise<void> {
    try {
      const answers = await commit(
        tenantId,
        group.map(({ ask }) => ask),
      );
      for (const [index, { resolve }] of group.entries()) resolve(answers[index] as Answer); // one for each
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const one of group) await doAll(tenantId, [one]);
    }
  }

  return (tenantId, ask) =>
    new Promise<Answer>((resolve, reject) => {
      const one = { ask, resolve, reject };
      const queue = queues.get(tenantId);
      if (queue) {
        queue.push(one);
        return;
      }
      const own = [one];
      queues.set(tenantId, own);
      queueMicrotask(() => void flush(tenantId, own));
    });
}

type Work = (tx: TenantTx) => Promise<unknown>;
const writers = new WeakMap<Store, (tenantId: string, work: Work) => Promise<unknown>>();

/** `store.write` as a group commit. */
export function writeTogether<T>(
  store: Store,
  tenantId: string,
  work: (tx: TenantTx) => Promise<T>,
): Promise<T> {
  const write =
    writers.get(store) ??
    createGroups((tenant, works: readonly Work[]) =>
      store.write(tenant, async (tx) => {
        const ended = await Promise.allSettled(works.map((one) => one(tx)));
        return ended.map((one) => {
          if (one.status === 'rejected') throw one.reason;
          return one.value;
        });
      }),
    );
  writers.set(store, write);
  return write(tenantId, work) as Promise<T>; // what its own work gave
}

interface Reader {
  work(tx: TenantTx): Promise<unknown>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

const readers = new WeakMap<Store, Map<string, Reader[]>>();

/** `store.read`, shared by those who come at the same time. Where one fails, the others read by themselves. */
export function readTogether<T>(
  store: Store,
  tenantId: string,
  work: (tx: TenantTx) => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const tenants = readers.get(store) ?? new Map<string, Reader[]>();
    readers.set(store, tenants);
    const reader: Reader = { work, resolve: (result) => resolve(result as T), reject }; // what its own work gave
    const queue = tenants.get(tenantId);
    if (queue) {
      queue.push(reader);
      return;
    }
    tenants.set(tenantId, [reader]);
    queueMicrotask(() => {
      const batch = tenants.get(tenantId) ?? [];
      tenants.delete(tenantId);
      void readAll(store, tenantId, batch);
    });
  });
}

async function readAll(store: Store, tenantId: string, batch: readonly Reader[]): Promise<void> {
  const ended = await store
    .read(tenantId, (tx) => Promise.allSettled(batch.map(({ work }) => work(tx))))
    .catch((reason: unknown) => batch.map(() => ({ status: 'rejected' as const, reason })));
  for (const [index, one] of ended.entries()) {
    const reader = batch[index];
    if (one.status === 'fulfilled') reader?.resolve(one.value);
    else if (batch.length === 1) reader?.reject(one.reason);
    else if (reader) await readAll(store, tenantId, [reader]);
  }
}
