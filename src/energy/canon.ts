/**
 * The hand-weighted score of FEATURES SC-2 (lower is better), with the breakdown that is stored and shown:
 * `(1−c)·complexity + 0.5·(1−role) + 0.1·energy + 0.3·memory`, form (b), and the skill term of form (c).
 */
export interface CanonInput {
  /** Capability of the agent, and complexity of the task, in [0, 1]. */
  ability: number;
  complexity: number;
  roleMatch: number;
  currentEnergy: number;
  memoryPressure: number;
  /** What is needed and what the agent has, by skill; empty where none is declared. */
  skills: ReadonlyArray<{ need: number; have: number }>;
}

export type CanonTerms = Record<'ability' | 'role' | 'current' | 'memory' | 'skill', number>;

export function canonScore(input: CanonInput): { score: number; terms: CanonTerms } {
  const { ability, complexity, roleMatch, currentEnergy, memoryPressure, skills } = input;
  const needed = skills.reduce((sum, { need }) => sum + need, 0);
  const met = skills.reduce((sum, { need, have }) => sum + Math.min(have, need), 0);
  const terms = {
    ability: (1 - ability) * complexity,
    role: 0.5 * (1 - roleMatch),
    current: 0.1 * currentEnergy,
    memory: 0.3 * memoryPressure,
    skill: needed === 0 ? 0 : 1 - met / needed,
  };
  return { score: Object.values(terms).reduce((sum, term) => sum + term, 0), terms };
}

/** Complexity by what a task is about: `0.5`, more for analysis, discovery, size and hurry; in [0.1, 1]. */
export function complexityOf(text: string): number {
  const says = (words: RegExp) => words.test(text);
  const raw =
    0.5 +
    (says(/optimi[sz]|analy[sz]/i) ? 0.3 : 0) +
    (says(/explor|discover/i) ? 0.2 : 0) +
    (says(/\blarge\b/i) ? 0.2 : 0) -
    (says(/\bsmall\b/i) ? 0.1 : 0) +
    (says(/\burgent\b/i) ? 0.1 : 0);
  return Math.min(1, Math.max(0.1, raw));
}
