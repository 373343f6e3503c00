import { seededRandom } from '../../src/platform/kernel/random.ts';
import { CLAIMED, perSuccess, startWorld, type Truth } from './world.ts';

/** What a proof does with Cadre: the operations of the public API, by HTTP or in one process. */
export interface Door {
  /** Allows Cadre to call these hosts; before anything else. */
  open(hosts: string[]): Promise<void>;
  call<T>(operation: string, input: object): Promise<T>;
  /** Submits a task and waits for its end. */
  run(submission: object): Promise<{ status: string }>;
  close(): Promise<void>;
}

/** Who chooses: the proof itself at random or in turn, or Cadre by its score. */
export type Policy = 'random' | 'round-robin' | 'quality' | 'energy' | 'money';

/**
 * Weights of the policies in which Cadre chooses: a success is worth 50 J or two and a half cents, and so much that the speed of
 * this machine decides nothing. The twin of `energy` and `money` has a price for neither.
 */
const WEIGHTS: Record<Policy, Record<string, number>> = {
  random: {},
  'round-robin': {},
  quality: { value: 25, joule: 0, explore: 1, lift: 0, usd: 0 },
  energy: { value: 25, joule: 0.5, explore: 1, lift: 0, usd: 0 },
  money: { value: 25, joule: 0, explore: 1, lift: 0, usd: 1_000 },
};

export interface PhaseReport {
  policy: Policy;
  tasks: number;
  succeeded: number;
  joulesPerSuccess: number;
  usdPerSuccess: number;
  /** Joules of a success as Cadre's own ledger has it; a check that both count the same. */
  ledgerJoulesPerSuccess: number;
  by: Record<string, number>;
  energySlope: number | null;
  regShare: number | null;
  fastShare: number | null;
}

interface Gradient {
  points: number;
  slope: number | null;
  regShare: number | null;
  pFast: number | null;
}
interface Summary {
  tenant: { joules: number; succeeded: number; attempts: number } | null;
}

/** Carries out so many seeded tasks under a policy, each phase in a house of its own. */
export async function runPhase(
  door: Door,
  {
    policy,
    tasks,
    seed,
    weights,
  }: { policy: Policy; tasks: number; seed: number; weights?: Record<string, number> },
): Promise<PhaseReport> {
  const world = await startWorld(seed);
  try {
    await door.open(world.operators.map(({ host }) => host));
    const ids: string[] = [];
    for (const { name, url } of world.operators) {
      const agent = await door.call<{ id: string }>('agents.create', {
        name,
        capabilities: [{ name: 'dig', confidence: CLAIMED }],
        executor: { kind: 'http', url },
        maxConcurrent: 4,
      });
      ids.push(agent.id);
    }
    const set = weights ?? WEIGHTS[policy];
    if (Object.keys(set).length > 0) await door.call('energy.change', set);
    const random = seededRandom(seed);
    const choose: Record<Policy, (number: number) => object> = {
      random: () => ({ agentId: ids[Math.floor(random() * ids.length)] }),
      'round-robin': (number) => ({ agentId: ids[number % ids.length] }),
      quality: () => ({}),
      energy: () => ({}),
      money: () => ({}),
    };
    for (let number = 0; number < tasks; number += 1) {
      await door.run({ goal: `dig hole ${number}`, capability: 'dig', ...choose[policy](number) });
      // A choice is made of what the ledger knows: it follows a moment behind.
      await booked(door, number + 1);
    }
    const gradient = await door.call<Gradient>('energy.gradient', {});
    const { tenant } = await door.call<Summary>('energy.summary', {});
    const truth: Truth = world.truth;
    return {
      policy,
      tasks,
      succeeded: truth.succeeded,
      joulesPerSuccess: perSuccess(truth, 'joules'),
      usdPerSuccess: perSuccess(truth, 'usd'),
      ledgerJoulesPerSuccess: (tenant?.joules ?? 0) / Math.max(1, tenant?.succeeded ?? 0),
      by: truth.by,
      energySlope: await wholeSlope(door),
      regShare: gradient.regShare,
      fastShare: gradient.pFast,
    };
  } finally {
    await door.close();
    await world.close();
  }
}

async function booked(door: Door, count: number): Promise<void> {
  for (let tries = 0; tries < 3_000; tries += 1) {
    if ((await door.call<Gradient>('energy.gradient', {})).points >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the ledger did not come to ${count} points`);
}

/** Least squares over all points of the phase. */
async function wholeSlope(door: Door): Promise<number | null> {
  const { items } = await door.call<{ items: Array<{ energy: number }> }>('energy.ledger', { limit: 1_000 });
  const values = items.map(({ energy }) => energy).reverse();
  if (values.length < 2) return null;
  const { slopeOf } = await import('../../src/energy/terms.ts');
  return slopeOf(values);
}

/** How much less a policy takes for a success than another, in percent. */
export const savedPercent = (own: PhaseReport, other: PhaseReport): number =>
  100 * (1 - own.joulesPerSuccess / other.joulesPerSuccess);
