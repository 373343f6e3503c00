import type { Tier } from './model.ts';
import type { Purpose } from './usage.ts';

/** What a rule prefers: the least money, the least energy, or a size. */
export const PREFERENCES = ['cheapest', 'greenest', 'small', 'medium', 'large'] as const;
export type Preference = (typeof PREFERENCES)[number];

/** From this share of a budget on, the next smaller size is used when no rule says otherwise. */
export const HIGH_PRESSURE = 0.8;

/** A person's rule for calls that name no model: data, read anew with each call. Empty conditions always hold. */
export interface ModelRule {
  id: string;
  name: string;
  prefer: Preference;
  /** Share of a budget that is in use, 0 to 1. */
  pressureAtLeast: number | null;
  taskTypes: string[];
  purposes: Purpose[];
}

/** What a call is about, as far as rules ask. */
export interface Situation {
  pressure: number;
  taskType: string;
  purpose: Purpose;
}

/** The first rule all of whose conditions hold. */
export function ruleFor(rules: readonly ModelRule[], situation: Situation): ModelRule | undefined {
  return rules.find(
    (rule) =>
      situation.pressure >= (rule.pressureAtLeast ?? 0) &&
      (rule.taskTypes.length === 0 || rule.taskTypes.includes(situation.taskType)) &&
      (rule.purposes.length === 0 || rule.purposes.includes(situation.purpose)),
  );
}

const WORDS: Record<Preference, string> = {
  cheapest: 'the cheapest model',
  greenest: 'the model with the least joules of an output token',
  small: 'a small model',
  medium: 'a medium model',
  large: 'a large model',
};

/** Why, for people. */
export function sayRule(rule: ModelRule, { pressure }: Situation): string {
  const share = rule.pressureAtLeast === null ? '' : `, at ${percent(pressure)} of a budget`;
  return `the rule "${rule.name}" wants ${WORDS[rule.prefer]}${share}`;
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** One size down; the smallest stays. */
export const smaller = (tier: Tier): Tier => (tier === 'large' ? 'medium' : 'small');
