import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  differences,
  type Floor,
  type Kills,
  type Moment,
  openFloor,
  type Walk,
  walkWithoutKeys,
} from '../chaos/workflow-kills.ts';
import { isLong } from '../support/long.ts';
import { onEveryStore } from '../support/stores.ts';

/** Other ones on each store: a branch, a pair and its join, a list, undoing, a loop, a sub-workflow. */
const BOUNDARIES = {
  sqlite: 'die-at:check,die-at:pack[0].box,die-at:ship.try.collect,die-at:track[1].look,die-at:close',
  postgres: 'die-at:check,die-at:price,die-at:pack,die-at:invoice',
};

/**
 * S7 in short: the order of examples/workflows, with its branch, parallel pair, join, list, approval, undoing, loop and
 * sub-workflow, killed with kill -9 at boundaries and inside steps, some of each. The long form, each place by itself:
 * npm run guarantees -- workflow-kills.
 */
onEveryStore('the workflow of examples/workflows through kills (S7)', (store) => {
  // On PostgreSQL two processes work, one of which is killed: the other takes over.
  const workers = store === 'sqlite' ? 1 : 2;
  let floor: Floor;
  let calm: Walk;
  beforeAll(async () => {
    floor = await openFloor({ store, workers });
    calm = await floor.walk();
  }, 120_000);
  afterAll(() => floor?.close());

  it('does every kind of step', () => {
    expect([calm.status, calm.stopReason, calm.kills, calm.excess]).toEqual(['completed', 'done', 0, []]);
    expect(calm.output).toMatchObject({ charged: 620, invoice: 'INV-O-17', place: 'delivered' });
    const top = Object.keys(calm.nodes).filter((path) => /^\w+$/.test(path));
    expect(top).toHaveLength(12);
    expect(new Set(calm.effects).size).toBe(calm.effects.length);
    expect(Object.keys(calm.nodes)).toContain('route.case1.insured');
    expect(Object.keys(calm.nodes)).not.toContain('route.default.plain');
    expect(calm.nodes['undo(ship.try.book)']?.status).toBe('completed');
    expect(calm.nodes['ship.try.collect']).toMatchObject({ status: 'failed', error: 'agent/refused' });
    expect(calm.nodes['invoice/send']?.status).toBe('completed');
  });

  it('ends the same when it is killed inside steps, before and after their effect', async () => {
    // Every fourth step, beginning with another one on each store; the long form of the proof has all.
    const works = [...new Set(calm.works)];
    const first = store === 'sqlite' ? 0 : 2;
    const chosen = new Set(works.filter((_, index) => isLong || index % 4 === first));
    const at = (moment: Moment): Kills => ({ inside: (work) => (chosen.has(work) ? [moment] : []) });
    // Two runs at once, so that one kill serves both.
    const killed = await Promise.all([floor.walk(at('before')), floor.walk(at('after'))]);
    for (const walk of killed) {
      expect(differences(calm, walk)).toEqual([]);
      expect(walk.requests).toBeGreaterThanOrEqual(calm.requests + chosen.size);
    }
    const most = Math.max(...killed.map(({ kills }) => kills));
    expect(most).toBeGreaterThanOrEqual(3);
  }, 400_000);

  it('ends the same when it is killed at boundaries: after the commit of a step, before anything else', async () => {
    // With CADRE_TEST_LONG at every boundary.
    const isAll = isLong && store === 'sqlite';
    const faults = isAll ? 'die-at:*' : BOUNDARIES[store];
    const dying = await openFloor({ store, workers, faults });
    try {
      const walk = await dying.walk();
      expect(differences(calm, walk)).toEqual([]);
      // Two that end in one commit are one boundary.
      expect(walk.kills).toBeGreaterThanOrEqual(isAll ? calm.requests - 3 : 3);
    } finally {
      await dying.close();
    }
  }, 400_000);

  it('twin: with a key for each attempt an effect doubles, and the check says so', async () => {
    const walk = await walkWithoutKeys({ store, workers });
    expect(walk.status).toBe('completed');
    const faults = differences(calm, walk);
    expect(faults).toEqual([expect.stringContaining('times of shop.charge')]);
    expect(faults[0]).toContain('2 instead of 1');
  }, 200_000);

  it('twin: what is missing, doubled or different is found', () => {
    const [first = ''] = calm.effects;
    const worse: Walk = {
      ...calm,
      output: {},
      effects: [...calm.effects, first],
      nodes: { ...calm.nodes, close: { status: 'failed', output: null, error: 'agent/failed' } },
      excess: ['a key'],
    };
    expect(differences(calm, worse)).toHaveLength(4);
    expect(differences(calm, calm)).toEqual([]);
  });
});
