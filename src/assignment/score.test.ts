import { describe, expect, it } from 'vitest';
import { type Learned, settingsSchema } from '../energy/weights.ts';
import { type Candidate, choose } from './score.ts';

const settings = (some: object) => settingsSchema.parse(some);
const agent = (name: string, more: Partial<Candidate> = {}): Candidate => ({
  id: name,
  name,
  status: 'idle',
  enabled: true,
  confidence: 0.8,
  succeeded: 0,
  failed: 0,
  averageMs: 0,
  inFlight: 0,
  maxConcurrent: 2,
  ...more,
});
const taking = (joules: number, success = 0.8) => ({
  predicted: { joules, usd: 0, success, doubt: 0.1, joulesDoubt: 0 },
});
const chosen = (candidates: Candidate[], some: object = {}, multipliers: Learned['multipliers'] = {}) =>
  choose('weigh', candidates, { settings: settings(some), multipliers });

describe('energy in the score (EVOLUTION 3.4)', () => {
  it('subtracts prices, and leaves the registry score alone where nothing is known', () => {
    const { assignment } = chosen([agent('a', taking(100)), agent('b')], { joule: 0.001 });
    expect(assignment?.agentName).toBe('b');
    expect(assignment?.considered[1]?.terms).toEqual({ success: 0.4, speed: 0.3, load: 0.2, joules: -0.1 });
    expect(assignment?.considered[0]?.terms).toEqual({
      success: expect.closeTo(0.4, 9),
      speed: 0.3,
      load: 0.2,
    });
  });
  it('twin: with a price of 0 joules change nothing', () => {
    expect(chosen([agent('a', taking(100)), agent('b', taking(1))], { joule: 0 }).assignment?.agentName).toBe(
      'a',
    );
  });
  it('weighs terms as evidence says; twin: without it they count as they were set', () => {
    const [sure, fast] = [taking(1, 0.9), taking(1, 0.6)];
    const candidates = [agent('sure', { ...sure, averageMs: 3_000 }), agent('fast', fast)];
    expect(chosen(candidates).assignment?.agentName).toBe('fast');
    const { assignment } = chosen(candidates, {}, { success: 3 });
    expect(assignment?.agentName).toBe('sure');
    expect(assignment?.considered[0]?.terms.success).toBeCloseTo(3 * 0.5 * 0.9, 9);
    expect(assignment?.considered[0]?.terms.speed).toBeCloseTo(0.3 / 4, 9);
  });
  it('adds lift, and prefers explorers where that is wished', () => {
    const team = [agent('a'), agent('b', { lift: 0.2 })];
    expect(chosen(team).assignment?.agentName).toBe('b');
    expect(chosen(team, { lift: 0 }).assignment?.agentName).toBe('a');
    const unsure = [agent('a', taking(1)), agent('b', { ...taking(1), explorer: 0.9 })];
    expect(chosen(unsure, { explore: 1 }).assignment?.agentName).toBe('b');
    expect(chosen(unsure).assignment?.agentName).toBe('a');
  });
  it('spreads by the joules in hand', () => {
    const both = [
      agent('a', { ...taking(50), inFlight: 1, confidence: 0.85 }),
      agent('b', { ...taking(5), inFlight: 1 }),
    ];
    expect(chosen(both, { joule: 0 }).assignment?.agentName).toBe('a');
    const spread = chosen(both, { joule: 0, balance: 1 }).assignment;
    expect(spread?.agentName).toBe('b');
    expect(spread?.considered[1]?.terms.balance).toBeCloseTo(-50 / 55, 9);
  });
  it('chooses the lowest score of SC-2 where that alone counts', () => {
    const [able, weak] = [agent('able', { confidence: 0.9 }), agent('weak', { confidence: 0.3 })];
    const only = { value: 0, canon: 10 };
    expect(chosen([weak, able], only).assignment?.agentName).toBe('able');
    expect(chosen([weak, able], only).assignment?.considered[0]?.terms.canon).toBeCloseTo(
      -10 * (0.1 * 0.5 + 0.1),
      9,
    );
  });
  it('excludes who takes more than the limit, and says so', () => {
    const { assignment, excluded } = chosen([agent('a', taking(60.04)), agent('b', taking(40))], {
      maxJoules: 50,
    });
    expect(assignment?.agentName).toBe('b');
    expect(excluded).toEqual([{ name: 'a', because: 'it is expected to take 60 J, over the limit of 50 J' }]);
  });
});
