import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agentSpecSchema } from '../../src/agents/agent.ts';
import { createAgent } from '../../src/agents/create.ts';
import { createMail, type Mail } from '../../src/messages/mail.ts';
import { acknowledge, takeFromMailbox } from '../../src/messages/mailbox.ts';
import { redriveMessage } from '../../src/messages/redrive.ts';
import { systemClock } from '../../src/platform/kernel/clock.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import type { Caller } from '../../src/platform/kernel/operation.ts';
import { insertNote } from '../../src/platform/store/notes.ts';
import type { MessageRow } from '../../src/platform/store/schema.ts';
import { insertSubscription } from '../../src/platform/store/topics.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { createTestEngine } from '../support/engine.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

/**
 * The invariants of mailboxes under any order of sending, taking, acknowledging, failing, expiring and redriving:
 * places without holes, only the first open message in hand, ends in order, at most one end per message.
 */
type Step =
  | { do: 'send'; to: 'push' | 'pull'; room: number; priority: number; maxRetries: number }
  | { do: 'take'; limit: number }
  | { do: 'ack' | 'fail' | 'lapse' | 'expire' | 'redrive' | 'handle' | 'spoil'; pick: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      to: fc.constantFrom('push' as const, 'pull' as const),
      room: fc.integer({ min: 0, max: 2 }),
      priority: fc.integer({ min: 0, max: 100 }),
      maxRetries: fc.integer({ min: 0, max: 1 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('take' as const), limit: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('ack', 'fail', 'lapse', 'expire', 'redrive', 'handle', 'spoil'),
      pick: fc.nat(1_000),
    }),
  },
);

onEveryStore('the mail', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let engine: ReturnType<typeof createTestEngine>;
  let mail: Mail;
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
    engine = createTestEngine(store);
    mail = createMail({ store, events: engine.events, runs: engine.runs });
  });
  afterAll(async () => {
    await store?.close();
    await database?.drop();
  });

  const callerOf = (tenantId: string): Caller => ({
    tenantId,
    actor: { kind: 'system', id: 'test', name: 'a test' },
    role: 'owner',
    traceId: 't',
    signal: new AbortController().signal,
  });

  /** A tenant with an agent that is delivered to and one that takes, in the hands of the model. */
  async function makeWorld() {
    const tenantId = await addTenant(store, newId());
    const agent = (name: string, executor: object) =>
      store.write(tenantId, (tx) => createAgent(tx, engine, agentSpecSchema.parse({ name, executor })));
    const ids = {
      push: await agent('push', { kind: 'local' }),
      pull: await agent('pull', { kind: 'mailbox' }),
    };
    const needs = { store, bus: engine.bus, clock: systemClock, events: engine.events, mail };
    const rows = () =>
      store.read(tenantId, (tx) =>
        tx.db.selectFrom('message').selectAll().where('tenant_id', '=', tenantId).orderBy('id').execute(),
      );
    const change = (id: string, values: Partial<MessageRow>) =>
      store.write(tenantId, (tx) => tx.db.updateTable('message').set(values).where('id', '=', id).execute());
    return { tenantId, ids, needs, rows, change, caller: callerOf(tenantId), ended: [] as string[] };
  }
  type World = Awaited<ReturnType<typeof makeWorld>>;

  const isOpen = (row: MessageRow) => ['sent', 'delivered'].includes(row.status);
  const keyOf = (row: MessageRow) => `${row.recipient_id} ${row.conversation_id}`;
  const pickOf = <T>(from: T[], pick: number): T | undefined => from[pick % Math.max(1, from.length)];

  async function perform(world: World, one: Step): Promise<void> {
    const { tenantId, ids, needs, caller } = world;
    const write = <T>(work: Parameters<typeof store.write<T>>[1]) => store.write(tenantId, work);
    if (one.do === 'send') {
      const { to, room, priority, maxRetries } = one;
      await write((tx) =>
        mail.send(tx, [
          {
            from: { type: 'person', id: 'model' },
            to: ids[to],
            type: 'status_update',
            payload: {},
            conversationId: `room ${room}`,
            priority,
            maxRetries,
          },
        ]),
      );
      return;
    }
    if (one.do === 'take') {
      const before = await world.rows();
      const taken = await takeFromMailbox(needs, caller, ids.pull, {
        limit: one.limit,
        leaseMs: 3_600_000,
        waitMs: 0,
      });
      for (const row of taken) {
        const first = before.filter((other) => keyOf(other) === keyOf(row) && isOpen(other));
        const earlier = first.filter((other) => Number(other.seq) < Number(row.seq));
        // What was before it may have been given up by this very call.
        const now = await world.rows();
        expect(now.filter((other) => earlier.some(({ id }) => id === other.id) && isOpen(other))).toEqual([]);
      }
      return;
    }
    const rows = await world.rows();
    const mine = (status: string, of: string) =>
      rows.filter((row) => row.status === status && row.recipient_id === of);
    if (one.do === 'redrive') {
      const row = pickOf(
        rows.filter((other) => ['dead', 'failed'].includes(other.status)),
        one.pick,
      );
      if (!row) return;
      const redriven = write((tx) => redriveMessage(tx, needs, caller, row.id));
      if (row.redriven_as === null) await redriven;
      else await expect(redriven).rejects.toBeInstanceOf(CadreError);
      return;
    }
    if (one.do === 'expire') {
      const row = pickOf(
        rows.filter((other) => other.status === 'sent'),
        one.pick,
      );
      if (row) await world.change(row.id, { expires_at: 1 });
      if (one.pick % 2 === 0) await mail.expire();
      return;
    }
    if (one.do === 'lapse') {
      const row = pickOf(mine('delivered', ids.pull), one.pick);
      if (row) await world.change(row.id, { lease_until: 1 });
      return;
    }
    if (one.do === 'ack' || one.do === 'fail') {
      const row = pickOf(mine('delivered', ids.pull), one.pick);
      if (!row) return;
      await write((tx) =>
        acknowledge(tx, needs, row.id, one.do === 'ack' ? { retry: true } : { error: 'no', retry: true }),
      );
      if (one.do === 'ack') world.ended.push(row.id);
      return;
    }
    // What a run does at the end of a message: only the run of a head exists.
    const runs = await store.readAll((tx) =>
      tx.db
        .selectFrom('run')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('state', '=', 'pending')
        .execute(),
    );
    const run = pickOf(runs, one.pick);
    const row = rows.find((other) => other.id === run?.id);
    if (!run || !row) return;
    await write(async (tx) => {
      await tx.db.updateTable('run').set({ state: 'completed' }).where('id', '=', run.id).execute();
      if (!isOpen(row)) return; // it expired before its turn
      if (one.do === 'spoil')
        await mail.close(tx, [{ id: row.id, status: 'dead', error: 'no', result: null }]);
      else mail.settle(tx, { id: row.id, status: 'acknowledged', error: null, result: null }, []);
    });
    if (one.do === 'handle' && isOpen(row)) world.ended.push(row.id);
  }

  async function check(world: World): Promise<void> {
    const rows = (await world.rows()).filter((row) => row.seq !== null);
    const places = new Map(
      (
        await store.read(world.tenantId, (tx) =>
          tx.db
            .selectFrom('mailbox_conversation')
            .selectAll()
            .where('tenant_id', '=', world.tenantId)
            .execute(),
        )
      ).map((place) => [`${place.recipient_id} ${place.conversation_id}`, place]),
    );
    const runs = await store.readAll((tx) =>
      tx.db.selectFrom('run').select(['id', 'state']).where('tenant_id', '=', world.tenantId).execute(),
    );
    for (const [key, messages] of Map.groupBy(rows, keyOf)) {
      const inOrder = messages.sort((a, b) => Number(a.seq) - Number(b.seq));
      expect(inOrder.map((row) => Number(row.seq))).toEqual(inOrder.map((_, index) => index + 1));
      const open = inOrder.filter(isOpen);
      expect([key, Number(places.get(key)?.open), Number(places.get(key)?.last_seq)]).toEqual([
        key,
        open.length,
        inOrder.length,
      ]);
      if (messages[0]?.recipient_id !== world.ids.push) continue;
      // Exactly the first open message has a run that will carry it.
      const carried = open.filter((row) => runs.some((run) => run.id === row.id && run.state === 'pending'));
      expect(carried.map((row) => row.id)).toEqual(open.slice(0, 1).map((row) => row.id));
    }
    const bySeq = new Map(rows.map((row) => [row.id, row]));
    const last = new Map<string, number>();
    for (const id of world.ended) {
      const row = bySeq.get(id) as MessageRow; // ended ones stay
      expect(Number(row.seq)).toBeGreaterThan(last.get(keyOf(row)) ?? 0); // in order, and never twice
      last.set(keyOf(row), Number(row.seq));
    }
  }

  it('keeps places, order and single ends under any sequence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = await makeWorld();
        for (const one of steps) {
          await perform(world, one);
          await check(world);
        }
      }),
      { numRuns: dialect === 'sqlite' ? 40 : 15, seed: 4, endOnFailure: true },
    );
  });

  it('twin: a place given out twice is refused by the table itself', async () => {
    const world = await makeWorld();
    for (let count = 0; count < 2; count += 1)
      await perform(world, { do: 'send', to: 'pull', room: 0, priority: 50, maxRetries: 0 });
    const [first] = await world.rows();
    await expect(world.change(first?.id ?? '', { seq: 2 })).rejects.toThrow(/unique/i);
  });

  it('twin: without the count of what is open the check finds fault', async () => {
    const world = await makeWorld();
    await perform(world, { do: 'send', to: 'push', room: 0, priority: 50, maxRetries: 0 });
    await check(world);
    await store.writeAll((tx) => tx.db.updateTable('mailbox_conversation').set({ open: 0 }).execute());
    await perform(world, { do: 'send', to: 'push', room: 0, priority: 50, maxRetries: 0 });
    await expect(check(world)).rejects.toThrow();
  });

  it('gives many senders of one conversation places without holes, also at once', async () => {
    const world = await makeWorld();
    const sendOne = () => perform(world, { do: 'send', to: 'push', room: 0, priority: 50, maxRetries: 0 });
    await Promise.all(Array.from({ length: 60 }, sendOne));
    await check(world);
    expect(await world.rows()).toHaveLength(60);
  });

  it('sends thousands of messages in one transaction', async () => {
    const world = await makeWorld();
    const messages = Array.from({ length: 4_500 }, (_, index) => ({
      from: { type: 'person' as const, id: 'model' },
      to: world.ids.push,
      type: 'heartbeat' as const,
      payload: {},
      conversationId: `beat ${index % 1_500}`,
    }));
    await store.write(world.tenantId, (tx) => mail.send(tx, messages));
    await check(world);
    expect(await world.rows()).toHaveLength(4_500);
  });

  it('sends with the transaction, or not at all', async () => {
    const world = await makeWorld();
    const message = {
      from: { type: 'person' as const, id: 'model' },
      to: world.ids.push,
      type: 'status_update' as const,
      payload: {},
    };
    const failing = store.write(world.tenantId, async (tx) => {
      await mail.send(tx, [message]);
      throw new Error('the step failed');
    });
    await expect(failing).rejects.toThrow('the step failed');
    expect(await world.rows()).toEqual([]);
    await store.write(world.tenantId, (tx) => mail.send(tx, [message]));
    expect((await world.rows()).map((row) => Number(row.seq))).toEqual([1]);
  });

  it('shows a tenant nothing of the mailboxes of another', async () => {
    const [one, other] = [await makeWorld(), await makeWorld()];
    const foreign = store.write(other.tenantId, (tx) =>
      mail.send(tx, [
        { from: { type: 'person', id: 'x' }, to: one.ids.push, type: 'status_update', payload: {} },
      ]),
    );
    await expect(foreign).rejects.toMatchObject({ code: 'agent/not-found' });
    await perform(one, { do: 'send', to: 'push', room: 0, priority: 50, maxRetries: 0 });
    const [row] = await one.rows();
    const closing = { id: row?.id ?? '', status: 'dead' as const, error: null, result: null };
    expect(await store.write(other.tenantId, (tx) => mail.close(tx, [closing]))).toEqual([]);
    expect((await one.rows())[0]?.status).toBe('sent');
  });

  if (dialect === 'postgres') {
    it('has the second fence around the new tables, even when a query forgets the tenant', async () => {
      const [one, other] = [await makeWorld(), await makeWorld()];
      for (const world of [one, other]) {
        await perform(world, { do: 'send', to: 'push', room: 0, priority: 50, maxRetries: 0 });
        await store.write(world.tenantId, async (tx) => {
          await insertSubscription(tx, 'news', world.ids.push);
          await insertNote(tx, {
            id: newId(),
            agent_id: world.ids.push,
            from_id: 'x',
            message_id: 'm',
            kind: 'k',
            subject: 's',
            data: '{}',
          });
        });
      }
      for (const table of ['mailbox_conversation', 'topic_subscription', 'knowledge_note'] as const) {
        const seen = await store.read(one.tenantId, ({ db }) =>
          db.selectFrom(table).select('tenant_id').execute(),
        );
        expect(seen).toEqual([{ tenant_id: one.tenantId }]);
      }
    });
  }
});
