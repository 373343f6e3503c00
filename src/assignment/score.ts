import { ASSIGNABLE } from '../agents/agent.ts';
import type { Advice } from '../energy/advice.ts';
import { canonScore, complexityOf } from '../energy/canon.ts';
import { expectedSuccess, type Prediction } from '../energy/prediction.ts';
import { type EnergySettings, LEARNED_TERMS, settingsSchema } from '../energy/weights.ts';

/**
 * Who does it: hard filters first, then one score (EVOLUTION 3.4): the registry score of SC-3 as the prior of
 * `V·p̂`, plus lift, minus prices of money, joules and seconds. The learned router will replace the prior (EVOLUTION
 * 2.3); nothing else in Cadre scores agents.
 */

/** What is known of an agent for one capability. */
export interface Candidate {
  id: string;
  name: string;
  status: string;
  enabled: boolean;
  /** Declared confidence in the capability, in [0, 1]. */
  confidence: number;
  succeeded: number;
  failed: number;
  averageMs: number;
  /** Tasks in its hands that are not final. */
  inFlight: number;
  maxConcurrent: number;
  /** What it is expected to take; absent where nothing was measured. */
  predicted?: Prediction;
  /** How much better it does with those who were chosen for the same plan (`energy/terms.ts`). */
  lift?: number;
  /** Its share as an explorer, in [0, 1]. */
  explorer?: number;
  isOperator?: boolean;
}

/** The terms of a score, stored with the task and shown to people. */
export interface Terms {
  /** 0.5 · success rate, where the declared confidence counts like three finished tasks. */
  success: number;
  /** 0.3 / (1 + mean seconds per task). */
  speed: number;
  /** 0.2 / (1 + tasks in hand per place). */
  load: number;
  /** Those of energy, where they are not 0 (docs/energy.md). What is a price is negative. */
  lift?: number;
  money?: number;
  joules?: number;
  seconds?: number;
  explore?: number;
  canon?: number;
  balance?: number;
}

export interface Judged {
  agentId: string;
  name: string;
  score: number;
  terms: Terms;
}

/** The choice with everything that led to it. */
export interface Assignment {
  agentId: string;
  agentName: string;
  capability: string;
  score: number;
  because: string;
  considered: Judged[];
  excluded: Array<{ name: string; because: string }>;
}

/**
 * FEATURES SC-3 with in-flight load in place of lifetime count:
 * `0.5·successRate + 0.3/(1 + averageSeconds) + 0.2/(1 + load)`.
 */
export function registryScore(
  successRate: number,
  averageSeconds: number,
  load: number,
  value = 0.5,
): { score: number; terms: Terms } {
  const terms = { success: value * successRate, speed: 0.3 / (1 + averageSeconds), load: 0.2 / (1 + load) };
  return { score: terms.success + terms.speed + terms.load, terms };
}

/** Why an agent may not be asked, or undefined when it may. */
function exclusion(candidate: Candidate, { maxJoules }: EnergySettings): string | undefined {
  if (!candidate.enabled) return 'it is deactivated';
  if (!ASSIGNABLE.includes(candidate.status)) return `it is ${candidate.status}`;
  const joules = candidate.predicted?.joules ?? null;
  if (maxJoules !== null && joules !== null && joules > maxJoules)
    return `${OVER_LIMIT} ${Math.round(joules * 10) / 10} J, over the limit of ${maxJoules} J`;
  return undefined;
}

/** How the reason begins that an agent takes too much energy. */
export const OVER_LIMIT = 'it is expected to take';

/** What energy adds to the score of a candidate, by name; terms of 0 are left out. */
function energyTerms(
  candidate: Candidate,
  settings: EnergySettings,
  around: { load: number; handJoules: number; complexity: number },
): Partial<Terms> {
  const { predicted, lift = 0, explorer = 0 } = candidate;
  const inHand = candidate.inFlight * (predicted?.joules ?? 1);
  const handShare = around.handJoules === 0 ? 0 : inHand / around.handJoules;
  const canon = canonScore({
    ability: predicted?.success ?? expectedSuccess(candidate),
    complexity: around.complexity,
    roleMatch: candidate.isOperator === false ? 0.5 : 1,
    currentEnergy: handShare,
    memoryPressure: Math.min(1, around.load),
    skills: [{ need: 1, have: candidate.confidence }],
  });
  const all = {
    lift: settings.lift * lift,
    money: -settings.usd * (predicted?.usd ?? 0),
    joules: -settings.joule * (predicted?.joules ?? 0),
    seconds: -settings.second * (candidate.averageMs / 1_000),
    explore:
      settings.explore *
      explorer *
      (settings.value * (predicted?.doubt ?? 0) + settings.joule * (predicted?.joulesDoubt ?? 0)),
    canon: -settings.canon * canon.score,
    balance: -settings.balance * handShare,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== 0));
}

const DEFAULTS = { settings: settingsSchema.parse({}), multipliers: {} };

/** The terms as evidence weighs them. */
function weighed(terms: Terms, multipliers: Advice['multipliers']): Terms {
  const next = { ...terms };
  for (const name of LEARNED_TERMS) if (next[name] !== undefined) next[name] *= multipliers[name] ?? 1;
  return next;
}

/**
 * Chooses among the agents that offer the capability; ties go to the older agent (smaller id). Undefined when no
 * agent passes the filters; `excluded` then says why each did not.
 */
export function choose(
  capability: string,
  candidates: readonly Candidate[],
  { settings, multipliers }: Pick<Advice, 'settings' | 'multipliers'> = DEFAULTS,
): { assignment: Assignment | undefined; excluded: Assignment['excluded'] } {
  const excluded: Assignment['excluded'] = [];
  const considered: Judged[] = [];
  const handJoules = candidates.reduce((sum, one) => sum + one.inFlight * (one.predicted?.joules ?? 1), 0);
  const complexity = complexityOf(capability);
  for (const candidate of candidates) {
    const because = exclusion(candidate, settings);
    if (because) {
      excluded.push({ name: candidate.name, because });
      continue;
    }
    const load = candidate.inFlight / candidate.maxConcurrent;
    const success = candidate.predicted?.success ?? expectedSuccess(candidate);
    const prior = registryScore(success, candidate.averageMs / 1_000, load, settings.value);
    const set = { ...prior.terms, ...energyTerms(candidate, settings, { load, handJoules, complexity }) };
    const terms = weighed(set, multipliers);
    const score = Object.values(terms).reduce((sum, term) => sum + term, 0);
    considered.push({ agentId: candidate.id, name: candidate.name, score, terms });
  }
  considered.sort((a, b) => b.score - a.score || (a.agentId < b.agentId ? -1 : 1));
  const best = considered[0];
  if (!best) return { assignment: undefined, excluded };
  const second = considered[1];
  const because = second
    ? `${best.name} scores ${best.score.toFixed(3)}, ahead of ${second.name} with ${second.score.toFixed(3)}`
    : `${best.name} is the only agent here that can do ${capability}`;
  return {
    assignment: {
      agentId: best.agentId,
      agentName: best.name,
      capability,
      score: best.score,
      because,
      considered,
      excluded,
    },
    excluded,
  };
}
