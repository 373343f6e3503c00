import type { EventLog } from '../platform/events/events.ts';
import { holdState, updateState } from '../platform/store/energy.ts';
import { type ChoiceRow, selectChoices } from '../platform/store/energy-readings.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { note } from './note.ts';
import { LEAST_SAMPLES, ridge, type Sample, tryOut } from './ridge.ts';
import {
  type EnergySettings,
  LEARNED_TERMS,
  type Learned,
  type LearnedTerm,
  MULTIPLIER_BOUNDS,
  readState,
} from './weights.ts';

/**
 * How much each term of a score counts, learned from what came of the choices (EVOLUTION 3.4): ridge regression of the
 * realised worth of a task, `V·success − $·usd − J·joule − s·second`, on the terms that its agent was chosen by.
 */

/** Choices that are looked at. */
const MOST_SAMPLES = 2_000;

/** A term with its factor now and as learned, and how far it moves a score on average. */
export interface Weighing {
  term: LearnedTerm;
  before: number;
  after: number;
  /** Mean of what the term adds to the score of who was chosen, with the factor before. */
  contribution: number;
}

export interface Lesson {
  learned: boolean;
  because: string;
  samples: number;
  terms: Weighing[];
}

/**
 * Learns the factors anew and, where newer choices bear them out, lets them hold. Every try stands in the history of
 * the weights; a change is told as `energy.changed`.
 */
export async function learnWeights(tx: TenantTx, events: EventLog, by: string): Promise<Lesson> {
  const state = await holdState(tx);
  const { settings, learned } = readState(state);
  const rows = await selectChoices(tx, learned.weighedAt, MOST_SAMPLES);
  const terms = LEARNED_TERMS.filter((term) => term !== 'speed' || settings.second > 0);
  const samples = rows.flatMap((row) => sampleOf(row, terms, settings) ?? []);
  const prior = terms.map(() => 1);
  const trial = tryOut(samples, prior);
  const fitted = trial.holds ? ridge(samples, prior) : prior;
  const weighings = terms.map((term, index): Weighing => {
    const before = learned.multipliers[term] ?? 1;
    const after = within(before * (fitted[index] ?? 1));
    const sum = samples.reduce((all, sample) => all + (sample.terms[index] ?? 0), 0);
    return { term, before, after, contribution: samples.length === 0 ? 0 : sum / samples.length };
  });
  const lesson = { learned: trial.holds, because: trial.because, samples: samples.length, terms: weighings };
  if (samples.length < LEAST_SAMPLES) return lesson; // nothing was tried
  const factors = (of: 'before' | 'after') => Object.fromEntries(weighings.map((one) => [one.term, one[of]]));
  const change = { before: factors('before'), after: factors('after') };
  await note(tx, by, { ...change, refused: trial.holds ? undefined : trial.because }, trial.because);
  const tried: Learned = { ...learned, triedAt: state.now };
  const next: Learned = {
    ...tried,
    multipliers: { ...learned.multipliers, ...change.after },
    weighedAt: state.now,
  };
  await updateState(tx, { learned: JSON.stringify(trial.holds ? next : tried) });
  if (!trial.holds) return lesson;
  await events.append(tx, [
    { tenantId: tx.tenantId, type: 'energy.changed', data: { by, multipliers: change.after } },
  ]);
  return lesson;
}

const [LEAST, MOST] = MULTIPLIER_BOUNDS;
const within = (factor: number): number => Math.min(MOST, Math.max(LEAST, Number(factor.toFixed(4))));

/** What a choice teaches; undefined when another agent did it, or nobody else could have been chosen. */
function sampleOf(
  row: ChoiceRow,
  terms: readonly LearnedTerm[],
  { value, usd, joule, second }: EnergySettings,
): Sample | undefined {
  const assignment: {
    considered?: Array<{ agentId: string; terms: Partial<Record<string, number>> }>;
  } = JSON.parse(row.assignment);
  const chosen = assignment.considered?.find(({ agentId }) => agentId === row.agent_id)?.terms;
  if (!chosen || (assignment.considered?.length ?? 0) < 2) return undefined;
  const foreseen = (chosen.money ?? 0) + (chosen.joules ?? 0) + (chosen.seconds ?? 0);
  const joules = row.joules === null ? (chosen.joules ?? 0) : -joule * Number(row.joules);
  const worth =
    value * row.succeeded - usd * Number(row.cost_usd) + joules - second * (Number(row.wall_ms) / 1_000);
  return {
    group: row.capability,
    terms: terms.map((term) => chosen[term] ?? 0),
    // Prices are not learned: what they said stays as it is, and the rest is for the other terms to explain.
    outcome: worth - foreseen,
  };
}
