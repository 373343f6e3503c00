import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  differences,
  type Floor,
  type Kills,
  type Moment,
  openFloor,
  type Walk,
  type Walked,
  walkWithoutKeys,
} from '../chaos/workflow-kills.ts';
import { isLong } from '../support/long.ts';
import { onEveryStore } from '../support/stores.ts';

/** The order of the example without what needs somebody else, all of it in the hands of one operator. */
const whole: Walked = {
  name: 'whole-order',
  workOf: ({ type }) => type,
  texts: [
    `
name: whole-order
operator: { capability: shop.fetch }
steps:
  - { name: fetch, goal: fetch, type: shop.fetch, input: { order: "{{ input.order }}" } }
  - name: route
    switch:
      cases:
        - when: fetch.output.total >= 500
          steps: [{ name: insured, goal: insure, type: shop.insure, input: { worth: "{{ fetch.output.total }}" } }]
      default: [{ name: plain, goal: post, type: shop.post }]
  - name: prepare
    parallel:
      stock:
        - name: reserve
          goal: reserve
          type: shop.reserve
          input: { lines: "{{ fetch.output.lines }}" }
          compensate: { goal: put back, type: shop.release, input: { order: "{{ input.order }}" } }
      credit: [{ name: score, goal: look, type: shop.credit, input: { customer: "{{ fetch.output.customer }}" } }]
  - name: price
    goal: price
    type: shop.price
    input: { total: "{{ fetch.output.total }}", rating: "{{ prepare.output.credit.rating }}", route: "{{ route.output.by }}" }
  - { name: charge, goal: charge, type: shop.charge, input: { amount: "{{ price.output.charge }}" } }
  - name: pack
    forEach: fetch.output.lines
    as: line
    width: 2
    steps: [{ name: box, goal: pack, type: shop.pack, input: { item: "{{ line.item }}", quantity: "{{ line.quantity }}" } }]
    output: "{{ box.output.box }}"
  - name: ship
    try:
      - name: book
        goal: book
        type: shop.book
        input: { carrier: North }
        compensate: { goal: cancel, type: shop.cancel, input: { carrier: North } }
      - { name: collect, goal: collect, type: shop.collect, input: { carrier: North } }
    catch: [{ name: other, goal: collect, type: shop.collect, input: { carrier: South } }]
    finally: [{ name: label, goal: label, type: shop.label, input: { order: "{{ input.order }}" } }]
  - name: track
    repeat:
      until: look.output.place == "delivered"
      max: 6
      steps: [{ name: look, goal: look, type: shop.track, input: { round: "{{ round }}" } }]
  - { name: close, goal: close, type: shop.close, input: { order: "{{ input.order }}", place: "{{ track.output.place }}" } }
output: { charged: "{{ charge.output.amount }}", boxes: "{{ pack.output }}", closed: "{{ close.output.closed }}" }
`,
  ],
};

/** Some of each, others on each store; the last step ends with the plan. */
const BOUNDARIES: Record<'sqlite' | 'postgres', readonly string[]> = {
  sqlite: ['pack[0].box', 'undo(ship.try.book)', 'close'],
  postgres: ['ship.try.collect', 'close'],
};
/** How the works begin that are killed. */
const INSIDE: Record<'sqlite' | 'postgres', readonly string[]> = {
  sqlite: ['shop.reserve', 'shop.pack {"item":"lamp"', 'shop.cancel'],
  postgres: ['shop.insure', 'shop.close'],
};

/** S7 for a workflow in the hands of one operator: one run, whose nodes say what became of its steps. */
onEveryStore('a workflow in the hands of one operator through kills (S7)', (store) => {
  // On PostgreSQL two processes work, one of which is killed: the other takes over.
  const workers = store === 'sqlite' ? 1 : 2;
  let floor: Floor;
  let calm: Walk;
  beforeAll(async () => {
    floor = await openFloor({ store, workers, walked: whole });
    calm = await floor.walk();
  }, 120_000);
  afterAll(() => floor?.close());

  it('does every kind of step, each effect once', () => {
    expect([calm.status, calm.stopReason, calm.kills, calm.excess]).toEqual(['completed', 'done', 0, []]);
    expect(calm.output).toEqual({
      charged: 620,
      boxes: ['2 × rope', '1 × lamp', '1 × anchor'],
      closed: 'O-17',
    });
    expect(new Set(calm.effects).size).toBe(calm.effects.length);
    expect(calm.nodes['undo(ship.try.book)']?.status).toBe('completed');
    expect(calm.nodes['ship.try.collect']).toMatchObject({ status: 'failed', error: 'agent/refused' });
    expect(Object.keys(calm.nodes)).not.toContain('route.default.plain');
  });

  it('ends the same when it is killed inside steps, before and after their effect', async () => {
    const isChosen = (work: string) => isLong || INSIDE[store].some((name) => work.startsWith(name));
    const chosen = [...new Set(calm.works)].filter(isChosen).length;
    expect(chosen).toBeGreaterThanOrEqual(INSIDE[store].length);
    const at = (moment: Moment): Kills => ({ inside: (work) => (isChosen(work) ? [moment] : []) });
    // Two runs at once, so that one kill serves both.
    const killed = await Promise.all([floor.walk(at('before')), floor.walk(at('after'))]);
    for (const walk of killed) {
      expect(differences(calm, walk)).toEqual([]);
      expect(walk.requests).toBeGreaterThanOrEqual(calm.requests + chosen);
    }
    expect(Math.max(...killed.map(({ kills }) => kills))).toBeGreaterThanOrEqual(INSIDE[store].length);
  }, 400_000);

  it('ends the same when it is killed at boundaries: after the commit of a step, before anything else', async () => {
    const faults = isLong ? 'die-at:*' : BOUNDARIES[store].map((path) => `die-at:${path}`).join(',');
    const dying = await openFloor({ store, workers, faults, walked: whole });
    try {
      const walk = await dying.walk();
      expect(differences(calm, walk)).toEqual([]);
      // What was stored was not asked for again.
      if (isLong) expect(walk.kills).toBeGreaterThanOrEqual(calm.requests - 3);
      else expect(walk.kills).toBeGreaterThanOrEqual(BOUNDARIES[store].length);
    } finally {
      await dying.close();
    }
  }, 400_000);

  // What is broken on purpose is the same on both stores.
  it.runIf(isLong || store === 'sqlite')(
    'twin: with a key for each attempt an effect doubles, and the check says so',
    async () => {
      const walk = await walkWithoutKeys({ store, workers, walked: whole });
      expect(walk.status).toBe('completed');
      const faults = differences(calm, walk);
      expect(faults).toEqual([expect.stringContaining('times of shop.charge')]);
      expect(faults[0]).toContain('2 instead of 1');
    },
    200_000,
  );
});
