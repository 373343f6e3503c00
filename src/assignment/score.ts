import { ASSIGNABLE } from '../agents/agent.ts';

/**
 * Who does it: hard filters first, then one score. This is the prior that the learned router will replace
 * (EVOLUTION.md section 2.3); nothing else in Cadre scores agents.
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
}

/** The terms of a score, stored with the task and shown to people. */
export interface Terms {
  /** 0.5 · success rate, where the declared confidence counts like three finished tasks. */
  success: number;
  /** 0.3 / (1 + mean seconds per task). */
  speed: number;
  /** 0.2 / (1 + tasks in hand per place). */
  load: number;
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

/** How many finished tasks the declared confidence is worth (EVOLUTION section 2.3: a = 1 + 3c + S). */
const PRIOR_STRENGTH = 3;

/**
 * FEATURES SC-3 with in-flight load in place of lifetime count:
 * `0.5·successRate + 0.3/(1 + averageSeconds) + 0.2/(1 + load)`.
 */
export function registryScore(
  successRate: number,
  averageSeconds: number,
  load: number,
): { score: number; terms: Terms } {
  const terms = { success: 0.5 * successRate, speed: 0.3 / (1 + averageSeconds), load: 0.2 / (1 + load) };
  return { score: terms.success + terms.speed + terms.load, terms };
}

/** The success rate to expect: what happened, with the declared confidence as a prior. */
export function expectedSuccess(candidate: Pick<Candidate, 'confidence' | 'succeeded' | 'failed'>): number {
  return (
    (candidate.succeeded + PRIOR_STRENGTH * candidate.confidence) /
    (candidate.succeeded + candidate.failed + PRIOR_STRENGTH)
  );
}

/** Why an agent may not be asked, or undefined when it may. */
function exclusion(candidate: Candidate): string | undefined {
  if (!candidate.enabled) return 'it is deactivated';
  if (!ASSIGNABLE.includes(candidate.status)) return `it is ${candidate.status}`;
  return undefined;
}

/**
 * Chooses among the agents that offer the capability; ties go to the older agent (smaller id). Undefined when no
 * agent passes the filters; `excluded` then says why each did not.
 */
export function choose(
  capability: string,
  candidates: readonly Candidate[],
): { assignment: Assignment | undefined; excluded: Assignment['excluded'] } {
  const excluded: Assignment['excluded'] = [];
  const considered: Judged[] = [];
  for (const candidate of candidates) {
    const because = exclusion(candidate);
    if (because) {
      excluded.push({ name: candidate.name, because });
      continue;
    }
    const load = candidate.inFlight / candidate.maxConcurrent;
    const judged = registryScore(expectedSuccess(candidate), candidate.averageMs / 1_000, load);
    considered.push({ agentId: candidate.id, name: candidate.name, ...judged });
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
