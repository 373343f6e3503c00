import { z } from 'zod';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Json } from '../../platform/kernel/json.ts';
import { evaluate, type Scope } from '../../workflows/expression.ts';

/**
 * Rules that act by themselves on goals under way (FEATURES QC-6), and only on goals whose `adaptive` is true. Of the
 * rules that match a goal the one with the highest priority counts, and no other; it acts at most once per cool-down,
 * and a goal changes its model at most once per cool-down, whoever changed it. Pure.
 */
export const RULE_ACTIONS = ['terminate', 'pause', 'switch-model'] as const;

export interface ControlRule {
  /** Of a built-in rule: its name. */
  id: string;
  name: string;
  priority: number;
  /** CEL: true or false over the measured values. */
  condition: string;
  action: (typeof RULE_ACTIONS)[number];
  /** Of `switch-model`. */
  model: string | null;
  coolDownMs: number;
  enabled: boolean;
  builtIn: boolean;
}

const MINUTE_MS = 60_000;

const builtIn = (
  rule: Pick<ControlRule, 'name' | 'priority' | 'condition' | 'action'> & { model?: string },
): ControlRule => ({
  model: null,
  ...rule,
  id: rule.name,
  coolDownMs: MINUTE_MS,
  enabled: true,
  builtIn: true,
});

/** The four of FEATURES QC-6. */
export const BUILT_IN_RULES: readonly ControlRule[] = [
  builtIn({ name: 'too-long', priority: 10, condition: 'runningMs > 300000', action: 'terminate' }),
  builtIn({
    name: 'over-budget',
    priority: 5,
    condition: 'budgetTokens > 0 && tokens > budgetTokens',
    action: 'pause',
  }),
  builtIn({
    name: 'needs-large-model',
    priority: 3,
    condition: 'complexity == "high" && deepReasoning && model != "large"',
    action: 'switch-model',
    model: 'large',
  }),
  builtIn({
    name: 'small-model-will-do',
    priority: 1,
    condition: 'runningMs > 30000 && model == "medium" && complexity == "simple"',
    action: 'switch-model',
    model: 'small',
  }),
];

/** Steps from which on a goal is no simple one, and those that make it a complex one. */
const MEDIUM_STEPS = 2;
const HIGH_STEPS = 8;

/** What is measured of a goal. */
export interface Measured {
  status: string;
  runningMs: number;
  turns: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  budgetTokens: number | null;
  model: string | null;
  permissionMode: string;
  steps: number;
  /** What the goal was submitted with: `complexity` and `deepReasoning` in it are taken at their word. */
  input: Record<string, unknown>;
}

/** The values that conditions read. */
export function scopeOf(measured: Measured): Scope {
  const { input, model, budgetTokens, ...values } = measured;
  return {
    ...values,
    tokens: values.inputTokens + values.outputTokens,
    budgetTokens: budgetTokens ?? 0,
    model: model ?? '',
    complexity: complexityOf(values.steps, input.complexity),
    deepReasoning: input.deepReasoning === true,
  } satisfies Record<string, Json>;
}

function complexityOf(steps: number, said: unknown): 'simple' | 'medium' | 'high' {
  if (said === 'simple' || said === 'medium' || said === 'high') return said;
  if (steps < MEDIUM_STEPS) return 'simple';
  return steps < HIGH_STEPS ? 'medium' : 'high';
}

/** When rules and models last moved, in milliseconds ago. */
export interface Moves {
  firedAgoMs: ReadonlyMap<string, number>;
  modelChangedAgoMs: number | null;
}

/** The rule that acts on a goal now, if any. A rule whose condition has no value here does not match. */
export function chooseRule(
  rules: readonly ControlRule[],
  scope: Scope,
  { firedAgoMs, modelChangedAgoMs }: Moves,
): ControlRule | undefined {
  const ordered = rules
    .filter(({ enabled }) => enabled)
    .sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
  const match = ordered.find((rule) => isTrue(rule.condition, scope));
  if (!match) return undefined;
  const rests = (agoMs: number | null | undefined) => agoMs != null && agoMs < match.coolDownMs;
  if (rests(firedAgoMs.get(match.name))) return undefined;
  if (match.action !== 'switch-model') return match;
  return match.model === scope.model || rests(modelChangedAgoMs) ? undefined : match;
}

function isTrue(condition: string, scope: Scope): boolean {
  try {
    return evaluate(condition, scope) === true;
  } catch {
    return false; // a condition is tried when it is saved; one that fails over these values does not match
  }
}

const SAMPLE: Measured = {
  status: 'running',
  runningMs: 1,
  turns: 1,
  inputTokens: 1,
  outputTokens: 1,
  costUsd: 0.5,
  budgetTokens: 1,
  model: 'small',
  permissionMode: 'default',
  steps: 1,
  input: {},
};

/** The values that a condition may read, by name. */
export const MEASURED_NAMES: readonly string[] = Object.keys(scopeOf(SAMPLE)).sort();

/** @throws CadreError `control/rule-invalid` when a rule could never act */
export function checkRule({
  condition,
  action,
  model,
}: Pick<ControlRule, 'condition' | 'action' | 'model'>): void {
  let value: Json;
  try {
    value = evaluate(condition, scopeOf(SAMPLE));
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/\.$/, '') : 'unknown';
    throw new CadreError('control/rule-invalid', { detail }, { cause: error });
  }
  if (typeof value !== 'boolean')
    throw new CadreError('control/rule-invalid', { detail: `${condition} is not true or false` });
  if ((action === 'switch-model') !== (model !== null))
    throw new CadreError('control/rule-invalid', {
      detail: action === 'switch-model' ? 'name the model to switch to' : `${action} takes no model`,
    });
}

export const ruleSchema = z.object({
  id: z.string(),
  name: z.string(),
  priority: z.number().int(),
  condition: z.string(),
  action: z.enum(RULE_ACTIONS),
  model: z.string().nullable(),
  coolDownMs: z.number().int(),
  enabled: z.boolean(),
  builtIn: z.boolean(),
  /** How often it acted. */
  fired: z.number().int(),
});
