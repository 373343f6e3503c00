import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Team } from '../../src/coordination/teams/team.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

/** Leading by lease (S15, FEATURES TO-2): one valid lease at most, a term that only rises, old terms change nothing. */
interface Held {
  agentId: string;
  term: number;
  until: string;
}

async function teamOf(home: TestHouse): Promise<{ team: Team; agents: string[] }> {
  const agents: string[] = [];
  for (const name of ['Ann', 'Bob', 'Cid'])
    agents.push(
      (await home.call<{ id: string }>('agents.create', { name, executor: { kind: 'mailbox' } })).id,
    );
  return { team: await home.call<Team>('teams.create', { name: 'Crew', members: agents }), agents };
}

const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
  return error.code;
};

onEveryStore('leadership', (dialect) => {
  it('is taken by one, renewed in its term, taken over when the lease ends, and given back', async () => {
    const home = await openTestHouse({ dialect });
    try {
      const { team, agents } = await teamOf(home);
      const [ann = '', bob = '', cid = ''] = agents;
      const lead = (agentId: string, more: object = {}) =>
        home.call<Held>('teams.lead', { id: team.id, agentId, leaseMs: 60_000, ...more });
      const shown = async () => (await home.call<Team>('teams.get', { id: team.id })).lead;

      expect(await shown()).toMatchObject({ agentId: ann, by: 'first', term: null });
      // All at once: one gets it.
      const asked = await Promise.allSettled(agents.map((agentId) => lead(agentId, { leaseMs: 400 })));
      const won = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(won.map((one) => one.term)).toEqual([1]);
      const first = won[0]?.agentId ?? '';
      const others = agents.filter((agentId) => agentId !== first);
      // Its lease ends without a renewal; another takes over with the next term.
      const second = await until(
        async () => lead(others[0] ?? '').catch(() => false as const),
        'a take-over',
      );
      expect(second).toMatchObject({ agentId: others[0], term: 2 });
      expect(await shown()).toMatchObject({ agentId: others[0], by: 'lease', term: 2, until: second.until });
      // A late renewal of the old term changes nothing.
      expect(await refusal(lead(first, { term: 1 }))).toBe('team/old-term');
      expect(await refusal(lead(others[1] ?? '', { term: 2 }))).toBe('team/old-term');
      expect(await shown()).toMatchObject({ agentId: others[0], term: 2, until: second.until });
      // The holder renews, and steps down; then the next one may.
      expect((await lead(others[0] ?? '', { term: 2 })).until >= second.until).toBe(true);
      expect(await refusal(lead(others[1] ?? ''))).toBe('team/led');
      const resign = (agentId: string) => home.call('teams.resign', { id: team.id, agentId });
      expect(await resign(others[1] ?? '')).toEqual({ resigned: false });
      expect(await resign(others[0] ?? '')).toEqual({ resigned: true });
      expect(await lead(others[1] ?? '')).toMatchObject({ term: 3 });
      // Who leaves leads no more.
      await home.call('teams.leave', { id: team.id, agentId: others[1] });
      expect(await shown()).toMatchObject({ by: 'first', term: null });
      expect([ann, bob, cid]).toContain((await shown())?.agentId);
      expect(await refusal(lead('Chief of Staff'))).toBe('team/not-member');
      // The log shows a fact once no older transaction runs.
      const terms = await until(async () => {
        const found = (await home.events()).filter(
          (event) => event.type === 'team.leader-changed' && !event.data.resigned,
        );
        return found.length >= 3 && found.map((event) => event.data.term);
      }, 'three facts');
      expect(terms).toEqual([1, 2, 3]);
    } finally {
      await home.close();
    }
  });
});

describe.skipIf(!process.env.CADRE_TEST_POSTGRES_FOUND)('leadership between processes on PostgreSQL', () => {
  const LEASE_MS = 1_500;

  it('a leader killed with kill -9 is followed by another within its lease, with the next term', async () => {
    const home = await openTestHouse({ dialect: 'postgres' });
    const processes = new Map<string, ChildProcess>();
    const said: Array<{ agentId: string; line: string }> = [];
    try {
      const { team, agents } = await teamOf(home);
      const shown = async () => {
        const { lead } = await home.call<Team>('teams.get', { id: team.id });
        return lead?.by === 'lease' ? lead : undefined;
      };
      for (const agentId of agents) {
        const args = [home.database.databaseUrl ?? '', home.house.homeTenantId, team.id, agentId];
        const child = spawn(
          process.execPath,
          [join(import.meta.dirname, '..', 'support', 'candidate.ts'), ...args, String(LEASE_MS)],
          { stdio: ['ignore', 'pipe', 'inherit'] },
        );
        child.stdout.on('data', (chunk: Buffer) => {
          for (const line of chunk.toString().trim().split('\n')) said.push({ agentId, line });
        });
        processes.set(agentId, child);
      }
      let term = 0;
      for (const round of [1, 2]) {
        const leader = await until(async () => {
          const found = await shown();
          return found && (found.term ?? 0) > term && processes.has(found.agentId) && found;
        }, `a leader in round ${round}`);
        term = leader.term ?? 0;
        // Twin: while its process lives, it renews, and nobody takes the lead from it.
        await new Promise((resolve) => setTimeout(resolve, 2 * LEASE_MS));
        expect(await shown()).toMatchObject({ agentId: leader.agentId, term });
        const child = processes.get(leader.agentId);
        processes.delete(leader.agentId);
        const gone = new Promise((resolve) => child?.once('exit', resolve));
        child?.kill('SIGKILL');
        await gone;
      }
      const last = await until(async () => {
        const found = await shown();
        return found && (found.term ?? 0) > term && found;
      }, 'the last one leads');
      expect([...processes.keys()]).toEqual([last.agentId]);
      expect(last.term).toBe(term + 1);
      // No term was ever said by two.
      const terms = said.filter(({ line }) => line.startsWith('term')).map(({ line }) => line);
      expect(new Set(terms).size).toBe(terms.length);
    } finally {
      for (const child of processes.values()) child.kill('SIGKILL');
      await home.close();
    }
  });
});
