import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunWorker } from '../../src/platform/runs/worker.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { createTestEngine, until } from '../support/engine.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

/** A worker claims in the transaction that makes a run due: nobody is hinted, and its rules hold as ever. */
onEveryStore('taking along', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let engine: ReturnType<typeof createTestEngine>;
  let worker: RunWorker;
  let tenantId: string;
  let hints = 0;
  const begun: string[] = [];
  const gates = new Map<string, () => void>();
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
    engine = createTestEngine(store);
    tenantId = await addTenant(store);
    engine.bus.on('runs', () => {
      hints += 1;
    });
    const held = {
      work: async ({ runId }: { runId: string }) => {
        begun.push(runId);
        await new Promise<void>((resolve) => gates.set(runId, resolve));
        return { commit: async () => {} };
      },
    };
    worker = engine.worker({ held }, { pollMs: 60_000, concurrency: 100 });
    await worker.start();
  });
  afterAll(async () => {
    for (const open of gates.values()) open();
    await worker?.stop();
    await store?.close();
    await database?.drop();
  });

  /** Adds a run; was it claimed in the same transaction? */
  async function add(extra: object = {}): Promise<{ id: string; isTaken: boolean }> {
    const before = hints;
    const [id = ''] = await store.write(tenantId, (tx) =>
      engine.runs.enqueue(tx, [{ kind: 'held', tenantId, ...extra }]),
    );
    return { id, isTaken: hints === before };
  }
  let agents = 0;
  /** The worker may be claiming just now; then it is hinted, and it is tried again with another agent. */
  const addTaken = (agentLimit = 0) =>
    until(async () => {
      agents += 1;
      const agentId = `agent ${agents}`;
      const one = await add({ agentId, agentLimit });
      return one.isTaken && { ...one, agentId };
    }, 'a run claimed with the transaction that added it');
  const hasBegun = (id: string) => until(async () => begun.includes(id), 'the run begins');
  const end = async (id: string) => {
    await hasBegun(id);
    gates.get(id)?.();
    await until(async () => (await engine.run(id))?.state === 'completed', 'the run ends');
  };

  it('claims with lease and fence before anybody else can see the run', async () => {
    const { id } = await addTaken();
    const run = await engine.run(id);
    expect(run).toMatchObject({ state: 'running', fence: 1, attempts: 1 });
    expect(run?.lease_until).toBeGreaterThan(0);
    await end(id);
    expect(begun.filter((one) => one === id)).toHaveLength(1);
  });

  it('never goes past the limit of an agent; the twin has room for two', async () => {
    const one = await addTaken(1);
    const other = await add({ agentId: one.agentId, agentLimit: 1 });
    expect(other.isTaken).toBe(false);
    expect(await engine.run(other.id)).toMatchObject({ state: 'pending', fence: 0 });
    await end(one.id);
    await end(other.id); // the end of the first let it go
    const roomy = await addTaken(2);
    const beside = await add({ agentId: roomy.agentId, agentLimit: 2 });
    await hasBegun(beside.id);
    for (const { id } of [roomy, beside]) await end(id);
  });

  it('keeps nothing of a transaction that fails, and goes on claiming', async () => {
    let id = '';
    const failing = store.write(tenantId, async (tx) => {
      [id = ''] = await engine.runs.enqueue(tx, [{ kind: 'held', tenantId }]);
      tx.lastly(async () => {
        throw new Error('after the claim');
      });
    });
    await expect(failing).rejects.toThrow('after the claim');
    expect(await engine.run(id)).toBeUndefined();
    await end((await addTaken()).id);
    expect(begun).not.toContain(id);
  });

  it('leaves it to the claim of all tenants when another one has work, too', async () => {
    const neighbour = await addTenant(store, 'neighbour');
    await store.write(neighbour, (tx) => engine.runs.enqueue(tx, [{ kind: 'nobody', tenantId: neighbour }]));
    const { id, isTaken } = await add();
    expect(isTaken).toBe(false);
    await end(id);
  });
});
