import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agentSpecSchema } from '../../src/agents/agent.ts';
import { createAgent } from '../../src/agents/create.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import {
  endLead,
  insertMembers,
  insertTeam,
  renewLead,
  selectLeaders,
  takeLead,
} from '../../src/platform/store/teams.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { createTestEngine } from '../support/engine.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

/** The lease of a team under any order of taking, renewing, giving back and running out, beside a model of it. */
type Step =
  | { do: 'take' | 'resign'; who: number }
  | { do: 'renew'; who: number; back: number }
  | { do: 'lapse' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('take' as const, 'resign' as const), who: fc.nat(2) }),
  fc.record({ do: fc.constant('renew' as const), who: fc.nat(2), back: fc.nat(2) }),
  fc.record({ do: fc.constant('lapse' as const) }),
);
const LEASE_MS = 600_000;

onEveryStore('the lease of a team', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let tenantId: string;
  const agents: string[] = [];
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
    tenantId = await addTenant(store);
    const engine = createTestEngine(store);
    for (const name of ['Ann', 'Bob', 'Cid'])
      agents.push(
        await store.write(tenantId, (tx) =>
          createAgent(tx, engine, agentSpecSchema.parse({ name, executor: { kind: 'mailbox' } })),
        ),
      );
  });
  afterAll(async () => {
    await store?.close();
    await database?.drop();
  });

  async function makeTeam(): Promise<string> {
    const id = newId();
    await store.write(tenantId, async (tx) => {
      await insertTeam(tx, {
        id,
        name: id,
        description: '',
        topology: 'star',
        fan_out: 8,
        lead_id: null,
        shape: 'star',
        shape_because: 'set by a person',
        shape_extra: 0,
        measured: '{"cursor":null}',
      });
      await insertMembers(tx, id, agents);
    });
    return id;
  }
  /** The time is up, as if it had passed. */
  const lapse = (team: string) =>
    store.write(tenantId, (tx) =>
      tx.db.updateTable('team_leader').set({ until: 1 }).where('team_id', '=', team).execute(),
    );

  it('has one holder at most, terms that only rise, and old terms that change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const team = await makeTeam();
        let term = 0;
        let holder: string | undefined;
        for (const one of steps) {
          const agent = agents['who' in one ? one.who : 0] ?? '';
          if (one.do === 'take') {
            const taken = await store.write(tenantId, (tx) => takeLead(tx, team, agent, LEASE_MS));
            expect(taken).toBe(holder === undefined ? term + 1 : undefined);
            if (taken !== undefined) [term, holder] = [taken, agent];
          } else if (one.do === 'renew') {
            const given = term - one.back;
            const kept = await store.write(tenantId, (tx) => renewLead(tx, team, agent, given, LEASE_MS));
            expect(kept).toBe(holder === agent && one.back === 0);
          } else if (one.do === 'resign') {
            const ended = await store.write(tenantId, (tx) => endLead(tx, team, agent));
            expect(ended).toBe(holder === agent);
            if (ended) holder = undefined;
          } else {
            await lapse(team);
            holder = undefined;
          }
          const [row] = await store.read(tenantId, (tx) => selectLeaders(tx, [team]));
          expect(row?.term ?? 0).toBe(term);
          expect(row?.is_current ? row.agent_id : undefined).toBe(holder);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('of many who ask at once, one gets it', async () => {
    const team = await makeTeam();
    for (const term of [1, 2, 3]) {
      const asked = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          store.write(tenantId, (tx) => takeLead(tx, team, agents[index % 3] ?? '', LEASE_MS)),
        ),
      );
      expect(asked.filter((one) => one !== undefined)).toEqual([term]);
      await lapse(team);
    }
  });
});
