import { afterAll, beforeAll, expect, it } from 'vitest';
import { collaborationAdvance } from '../../src/coordination/collaboration/collaborate.ts';
import { optimizationSearch } from '../../src/coordination/search/optimize.ts';
import { solutionSolve } from '../../src/coordination/solving/solve.ts';
import { voteClose } from '../../src/coordination/votes/ballots.ts';
import { CadreError, toErrorRecord } from '../../src/platform/kernel/errors.ts';
import type { Handler } from '../../src/platform/runs/run.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

/**
 * What waits as a row stays open for nobody's ever: with one place for runs in the whole tenant, and when its run is
 * given up. What was given up too early says so, and is not taken for what it would have become.
 */
interface Shown {
  id: string;
  status: string;
  reason: string | null;
}

const START: Record<string, { operation: string; get: string; input: (agents: string[]) => object }> = {
  vote: {
    operation: 'votes.open',
    get: 'votes.get',
    input: (voters) => ({ question: 'Ship it?', options: ['yes', 'no'], voters }),
  },
  collaboration: {
    operation: 'collaborations.start',
    get: 'collaborations.get',
    input: (agents) => ({ mode: 'iterative', goal: 'Name the risks.', agents, timeoutMs: 2_000 }),
  },
  search: {
    operation: 'optimizations.start',
    get: 'optimizations.get',
    input: (agents) => ({
      type: 'passages',
      space: { words: { type: 'range', min: 20, max: 60, step: 20 } },
      agents,
      timeoutMs: 2_000,
    }),
  },
  solution: {
    operation: 'solutions.start',
    get: 'solutions.get',
    input: (agents) => ({
      question: 'Which?',
      options: ['yes', 'no'],
      type: 'choice',
      agents,
      timeoutMs: 2_000,
    }),
  },
};
const KINDS = Object.entries(START);

onEveryStore('runs that wait', (dialect) => {
  let home: TestHouse;
  /** The same, with nobody who carries out runs. */
  let still: TestHouse;

  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    still = await openTestHouse({ dialect, works: false });
    for (const one of [home, still])
      for (const name of ['Ada', 'Ben'])
        await one.call('agents.create', { name, executor: { kind: 'local' }, metadata: { stance: 'yes' } });
    await home.house.store.writeAll((tx) => tx.db.updateTable('tenant').set({ max_running: 1 }).execute());
  });
  afterAll(async () => {
    await home?.close();
    await still?.close();
  });

  it.each(KINDS)(
    'a %s ends where the tenant may run one at a time',
    async (_kind, { operation, get, input }) => {
      const { id } = await home.call<Shown>(operation, input(['Ada', 'Ben']));
      const end = await until(async () => {
        const shown = await home.call<Shown>(get, { id });
        return !['open', 'running'].includes(shown.status) && shown;
      }, 'its end');
      expect(end.reason).not.toBe('given-up');
    },
  );

  const giveUp = async (kind: string, id: string): Promise<void> => {
    const handlers: Record<string, Handler> = {
      vote: voteClose(still.house),
      collaboration: collaborationAdvance(still.house),
      search: optimizationSearch(still.house),
      solution: solutionSolve(still.house),
    };
    await still.house.store.write(still.house.homeTenantId, async (tx) => {
      const found = await tx.db
        .selectFrom('optimization')
        .select('run_id')
        .where('id', '=', id)
        .executeTakeFirst();
      await handlers[kind]?.giveUp?.(tx, {
        runId: found?.run_id ?? id,
        kind,
        tenantId: tx.tenantId,
        taskId: null,
        agentId: null,
        attempts: 3,
        state: 'dead',
        error: toErrorRecord(new CadreError('run/crashed', { attempts: 3 })),
      });
    });
  };

  it.each(KINDS)(
    'a %s whose run is given up has failed, with a reason',
    async (kind, { operation, get, input }) => {
      const { id } = await still.call<Shown>(operation, input(['Ada', 'Ben']));
      await giveUp(kind, id);
      const end = await still.call<Shown>(get, { id });
      expect(end.status).toBe('failed');
      expect(end.reason).not.toBeNull();
    },
  );

  it('a vote that is given up before its time is not counted; twin: when all have answered, it is', async () => {
    const { operation, get, input } = START.vote as (typeof START)[string];
    const vote = async (voters: string[]) => {
      const { id } = await still.call<Shown>(operation, { ...input(['Ada', 'Ben']), quorum: 1 });
      for (const name of voters) await still.call('votes.cast', { id, agentId: name, choice: 'yes' });
      await giveUp('vote', id);
      return still.call<Shown & { winner: string | null }>(get, { id });
    };
    expect(await vote(['Ada'])).toMatchObject({ status: 'failed', reason: 'given-up', winner: null });
    expect(await vote(['Ada', 'Ben'])).toMatchObject({ status: 'decided', reason: null, winner: 'yes' });
  });
});
