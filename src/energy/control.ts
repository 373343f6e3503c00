import { robustly } from '../models/forecast.ts';
import { type EnergyTerms, entropyOf, regShare, slopeOf } from './terms.ts';
import { type EnergySettings, LEARNED_BOUNDS, type Learned, type RoleShares } from './weights.ts';

/** The rules of the control loops, pure (FEATURES EN-4, EN-5; contradictions 5 and 8). */

const clamp = (value: number, [low, high]: readonly [number, number]) => Math.min(high, Math.max(low, value));

/** λ goes down 1 % where reg is more than 30 % of positive energy, up 1 % below 15 %: about 25 % at most. */
export function nextLambda(lambda: number, share: number): number {
  const factor = share > 0.3 ? 0.99 : share < 0.15 ? 1.01 : 1;
  return clamp(lambda * factor, LEARNED_BOUNDS.lambda);
}

/** Mean share of reg over points. */
export function meanRegShare(points: readonly EnergyTerms[]): number {
  return points.length === 0 ? 0 : points.reduce((sum, terms) => sum + regShare(terms), 0) / points.length;
}

/** Points that the flywheel needs. */
export const FLYWHEEL_POINTS = 10;

/**
 * One turn of the flywheel: each weight by the slope of its term. α is not raised once success stalls. Undefined where
 * there are too few points.
 */
export function turnFlywheel(
  learned: Pick<Learned, 'alpha' | 'lambda' | 'beta'>,
  points: ReadonlyArray<{ terms: EnergyTerms; isSuccess: boolean }>,
): Pick<Learned, 'alpha' | 'lambda' | 'beta'> | undefined {
  if (points.length < FLYWHEEL_POINTS) return undefined;
  const slope = (name: keyof EnergyTerms) => slopeOf(points.map(({ terms }) => terms[name]));
  const half = Math.floor(points.length / 2);
  const rate = (some: typeof points) => some.filter(({ isSuccess }) => isSuccess).length / some.length;
  const isStalled = rate(points.slice(half)) <= rate(points.slice(0, half));
  const wanted = slope('entropy') < 0 ? 1.05 : 0.95;
  return {
    alpha: clamp(learned.alpha * (isStalled ? Math.min(1, wanted) : wanted), LEARNED_BOUNDS.alpha),
    lambda: clamp(learned.lambda * (slope('reg') < 0 ? 0.95 : 1.05), LEARNED_BOUNDS.lambda),
    beta: clamp(learned.beta * (slope('mem') < 0 ? 1.05 : 0.95), LEARNED_BOUNDS.beta),
  };
}

/** `(p_fast + (1 − p_fast)·β_meta)·0.99·β_mem`: below 1, what loops do to one another dies down. */
export function compositeLipschitz(pFast: number, betaMeta: number, betaMem: number): number {
  return (pFast + (1 - pFast) * betaMeta) * 0.99 * betaMem;
}

/** The largest absolute eigenvalue of a symmetric matrix given by its pairs, by power iteration. */
export function spectralNorm(pairs: ReadonlyArray<{ a: string; b: string; weight: number }>): number {
  const names = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))].sort();
  // A start that no symmetry of the matrix can hide the largest direction from.
  let vector = new Map(names.map((name, index) => [name, 1 + (index % 7) / 7]));
  let norm = 0;
  // Twice per round: the square has only positive eigenvalues, so it settles where the signs alternate, too.
  for (let round = 0; round < 200; round += 1) {
    const next = multiply(pairs, multiply(pairs, vector));
    const length = Math.hypot(...next.values());
    if (length === 0) return 0;
    const before = norm;
    norm = Math.sqrt(length / Math.hypot(...vector.values()));
    vector = new Map([...next].map(([name, value]) => [name, value / length]));
    if (round > 3 && Math.abs(norm - before) < 1e-9) break;
  }
  return norm;
}

function multiply(
  pairs: ReadonlyArray<{ a: string; b: string; weight: number }>,
  vector: ReadonlyMap<string, number>,
): Map<string, number> {
  const result = new Map([...vector.keys()].map((name) => [name, 0]));
  for (const { a, b, weight } of pairs) {
    result.set(a, (result.get(a) ?? 0) + weight * (vector.get(b) ?? 0));
    result.set(b, (result.get(b) ?? 0) + weight * (vector.get(a) ?? 0));
  }
  return result;
}

/** Why weights must not hold, or undefined where they may. */
export function guard(
  settings: Pick<EnergySettings, 'pair' | 'betaMeta' | 'betaMem'>,
  state: { pairs: ReadonlyArray<{ a: string; b: string; weight: number }>; pFast: number },
): string | undefined {
  const norm = settings.pair * spectralNorm(state.pairs);
  if (norm > 1) return `the spectral norm of the pair weights would be ${norm.toFixed(3)}, and may be 1`;
  const composite = compositeLipschitz(state.pFast, settings.betaMeta, settings.betaMem);
  if (composite >= 1)
    return `the composite Lipschitz factor would be ${composite.toFixed(3)}, and must be below 1`;
  return undefined;
}

/** The CUSUM of failures: `S ← max(0, S + x − 0.2)`, alarm above 2.5; as a share of the alarm, at most 1. */
export const nextCusum = (cusum: number, isSuccess: boolean): number =>
  Math.min(2.5, Math.max(0, cusum + (isSuccess ? 0 : 1) - 0.2));
export const driftOf = (cusum: number): number => Math.min(1, cusum / 2.5);

/** Robust distance from the usual as a share of what is an anomaly (6), at most 1; 0 with fewer than 10 to compare. */
export function anomalyOf(value: number, usual: readonly number[]): number {
  if (usual.length < 10) return 0;
  const { middle, spread } = robustly(usual);
  return spread === 0 ? 0 : Math.min(1, Math.abs(value - middle) / spread / 6);
}

/** What the search for roles knows of an agent. */
export interface RoleInput {
  agentId: string;
  /** Success rate to expect, and how unsure that is. */
  success: number;
  doubt: number;
  /** Joules of a task beside those of the dearest agent, in [0, 1]. */
  energyShare: number;
}

const PARTICLES = 10;
const ROUNDS = 5;
const INERTIA = 0.7;
const PULL = 1.5;
const FLOOR_BITS = 0.2;

/**
 * Shares of roles (explorer, specialist, observer) of each agent, by a particle swarm with the parameters of EN-4: ten
 * particles, inertia 0.7, both pulls 1.5, five rounds, and never less than 0.2 bits of entropy. A specialist earns by
 * success, an explorer by what is not known yet, an observer by what it saves.
 */
export function searchRoles(
  agents: readonly RoleInput[],
  alpha: number,
  random: () => number,
): Map<string, RoleShares> {
  return new Map(agents.map((agent) => [agent.agentId, searchOne(agent, alpha, random)]));
}

function searchOne(agent: RoleInput, alpha: number, random: () => number): RoleShares {
  const energy = (point: readonly number[]) => {
    const [e = 0, s = 0, o = 0] = sharesOf(point);
    const entropy = entropyOf([e, s, o]);
    const gain = s * agent.success + e * agent.doubt + o * agent.energyShare * (1 - agent.success);
    const lack = Math.max(0, FLOOR_BITS - entropy / Math.LN2);
    return -gain - alpha * 0.1 * entropy + 10 * lack;
  };
  // The first particle is where all roles are equal: what is found is never worse than that.
  const swarm = Array.from({ length: PARTICLES }, (_, index) => {
    const place = [0, 0, 0].map(() => (index === 0 ? 0 : (random() - 0.5) * 6));
    return { place, speed: [0, 0, 0], best: place, bestEnergy: energy(place) };
  });
  let leader = swarm.reduce((a, b) => (b.bestEnergy < a.bestEnergy ? b : a));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of swarm) {
      one.speed = one.speed.map(
        (speed, axis) =>
          INERTIA * speed +
          PULL * random() * ((one.best[axis] ?? 0) - (one.place[axis] ?? 0)) +
          PULL * random() * ((leader.best[axis] ?? 0) - (one.place[axis] ?? 0)),
      );
      one.place = one.place.map((value, axis) => Math.max(-8, Math.min(8, value + (one.speed[axis] ?? 0))));
      const now = energy(one.place);
      if (now < one.bestEnergy) Object.assign(one, { best: one.place, bestEnergy: now });
    }
    leader = swarm.reduce((a, b) => (b.bestEnergy < a.bestEnergy ? b : a));
  }
  const [explorer = 0, specialist = 0, observer = 0] = sharesOf(leader.best);
  return { explorer, specialist, observer };
}

function sharesOf(point: readonly number[]): number[] {
  const powers = point.map((value) => Math.exp(value));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}
