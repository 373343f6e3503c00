import { seededRandom } from '../../src/platform/kernel/random.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';

/**
 * A synthetic world of remote operators with hidden skill and hidden energy (EVOLUTION, acceptance figures): all claim
 * the same confidence, so nothing but what happens can tell them apart. SIMULATED: joules and dollars are what
 * the operators say.
 */
export interface HiddenOperator {
  name: string;
  /** How often it succeeds. */
  skill: number;
  /** Joules of one task, failed or not. */
  joules: number;
  /** Dollars of one task, failed or not. */
  usd: number;
}

export const OPERATORS: readonly HiddenOperator[] = [
  { name: 'Amber', skill: 0.98, joules: 60, usd: 0.03 },
  { name: 'Birch', skill: 0.95, joules: 25, usd: 0.01 },
  { name: 'Cedar', skill: 0.96, joules: 12, usd: 0.02 },
  { name: 'Dune', skill: 0.75, joules: 30, usd: 0.005 },
  { name: 'Ebony', skill: 0.6, joules: 8, usd: 0.0025 },
  { name: 'Flint', skill: 0.85, joules: 45, usd: 0.015 },
];
export const CLAIMED = 0.8;

/** What really happened, counted where the work is done and not by Cadre. */
export interface Truth {
  attempts: number;
  succeeded: number;
  joules: number;
  usd: number;
  by: Record<string, number>;
}

export interface WorldHandle {
  operators: Array<HiddenOperator & { url: string; host: string }>;
  truth: Truth;
  close(): Promise<void>;
}

/** Starts the operators. Whether a task succeeds follows from the seed, the operator and the number in its goal. */
export async function startWorld(seed: number): Promise<WorldHandle> {
  const truth: Truth = { attempts: 0, succeeded: 0, joules: 0, usd: 0, by: {} };
  const servers: ScriptedOperator[] = [];
  for (const [place, { name, skill, joules, usd }] of OPERATORS.entries()) {
    servers.push(
      await startScriptedOperator((order) => {
        const number = Number(/\d+$/.exec(order.goal)?.[0] ?? 0);
        const random = seededRandom(seed * 1_000_003 + number * 101 + place);
        random(); // the first number of neighbouring seeds is alike
        const isDone = random() < skill;
        const energyJ = joules * (0.8 + 0.4 * random());
        truth.attempts += 1;
        truth.joules += energyJ;
        truth.usd += usd;
        truth.by[name] = (truth.by[name] ?? 0) + 1;
        if (isDone) truth.succeeded += 1;
        const usage = { energyJ, costUsd: usd };
        return isDone ? { output: 'done', usage } : { status: 422, usage };
      }),
    );
  }
  return {
    operators: OPERATORS.map((operator, index) => {
      const server = servers[index];
      if (!server) throw new Error('every operator was started');
      return { ...operator, url: server.url, host: server.host };
    }),
    truth,
    async close() {
      for (const server of servers) await server.close();
    },
  };
}

/** What a success took. */
export const perSuccess = (truth: Truth, of: 'joules' | 'usd'): number =>
  truth.succeeded === 0 ? Number.POSITIVE_INFINITY : truth[of] / truth.succeeded;
