import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../platform/kernel/random.ts';
import { commonErrorShare, type JudgedTask, measureGain, pairedDifference, wilson } from './gain.ts';

/** A task with the agents that were right; the others were wrong. */
const task = (teamRight: boolean, rights: Record<string, boolean>): JudgedTask => ({
  teamRight,
  teamCostUsd: 3,
  teamMessages: 6,
  answers: Object.entries(rights).map(([agentId, right]) => ({
    agentId,
    right,
    costUsd: 1,
  })),
});

describe('intervals', () => {
  it('Wilson’s: 8 of 10 is 0.49 to 0.94, and stays within 0 and 1', () => {
    expect(wilson(8, 10)).toMatchObject({ low: expect.closeTo(0.4902, 4), high: expect.closeTo(0.9433, 4) });
    expect(wilson(0, 10).low).toBe(0);
    expect(wilson(10, 10).high).toBe(1);
    expect(wilson(0, 0)).toMatchObject({ share: null, low: 0, high: 1 });
  });

  it('of a difference over the same tasks: only tasks they disagree on count', () => {
    expect(pairedDifference(0, 0, 100)).toMatchObject({ value: 0 });
    const { value, low, high } = pairedDifference(30, 10, 200);
    expect(value).toBeCloseTo(0.1, 12);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(0.17);
    expect(pairedDifference(0, 0, 0)).toMatchObject({ value: null, low: -1, high: 1 });
  });
});

describe('the gain of a team', () => {
  it('is shown when it is a gain, and as a loss when it is one', () => {
    const better = Array.from({ length: 200 }, (_, i) =>
      task(true, { strong: i % 5 !== 0, weak: i % 2 === 0 }),
    );
    expect(measureGain(better)).toMatchObject({
      tasks: 200,
      choosingTasks: 100,
      verdict: 'gain',
      best: { agentId: 'strong', right: 80, n: 100 },
      teamBeside: { right: 100, n: 100, costUsd: 3, messages: 6 },
      difference: { value: expect.closeTo(0.2, 12) },
    });
    const worse = Array.from({ length: 200 }, (_, i) =>
      task(i % 2 === 0, { strong: i % 5 !== 0, weak: i % 2 === 0 }),
    );
    const loss = measureGain(worse);
    expect(loss.verdict).toBe('loss');
    expect(loss.difference.value).toBeLessThan(0);
    expect(loss.difference.high).toBeLessThan(0);
  });

  it('chooses the best single agent on earlier tasks only: luck of later ones does not choose', () => {
    const tasks = Array.from({ length: 100 }, (_, i) => task(true, { early: i < 50, late: i >= 50 }));
    expect(measureGain(tasks).best).toMatchObject({
      agentId: 'early',
      right: 0,
      n: 50,
      chosenBy: { right: 50 },
    });
  });

  it('does not take an agent for the best because of one lucky answer', () => {
    const tasks = Array.from({ length: 100 }, (_, i) =>
      task(true, { steady: i % 10 !== 0, ...(i === 3 && { lucky: true }) }),
    );
    expect(measureGain(tasks).best?.agentId).toBe('steady');
  });

  it('twin: many equal agents: chosen on the test tasks, the best would look better than it is', () => {
    const names = Array.from({ length: 40 }, (_, i) => `agent${i}`);
    let [honest, lucky] = [0, 0];
    for (let seed = 1; seed <= 40; seed += 1) {
      const random = seededRandom(seed);
      const tasks = Array.from({ length: 60 }, () =>
        task(true, Object.fromEntries(names.map((name) => [name, random() < 0.7]))),
      );
      honest += (measureGain(tasks).best?.share ?? 0) / 40;
      lucky += (measureGain(tasks.slice(30)).agents[0]?.share ?? 0) / 40;
    }
    expect(Math.abs(honest - 0.7)).toBeLessThan(0.03);
    expect(lucky).toBeGreaterThan(0.83);
  });

  it('is unmeasured without judged tasks, and unproven with few', () => {
    expect(measureGain([])).toMatchObject({ verdict: 'unmeasured', best: null, commonErrors: null });
    expect(measureGain([task(true, { a: true }), task(true, { a: false })]).verdict).toBe('unproven');
  });
});

describe('the share of common errors', () => {
  const world = (shared: number, n = 4_000): JudgedTask[] => {
    const random = seededRandom(3);
    const skills = { a: 0.8, b: 0.7, c: 0.6 };
    return Array.from({ length: n }, () => {
      const common = random() < shared ? random() : undefined;
      const rights = Object.entries(skills).map(([name, skill]) => [name, (common ?? random()) < skill]);
      return task(true, Object.fromEntries(rights));
    });
  };

  it.each([0, 0.3, 0.6, 1])('finds %s', (shared) => {
    expect(Math.abs((commonErrorShare(world(shared)) ?? -1) - shared)).toBeLessThan(0.04);
  });

  it('says nothing where two agents answered fewer than 10 tasks together, or one is never wrong', () => {
    expect(commonErrorShare(world(0.3, 9))).toBeNull();
    expect(
      commonErrorShare(Array.from({ length: 50 }, (_, i) => task(true, { a: true, b: i % 2 === 0 }))),
    ).toBeNull();
  });
});
