import type { Json } from '../platform/kernel/json.ts';

/**
 * A plan is a graph of steps, as data: made by a chief, or written by a person. One language, one engine for both.
 */
export interface PlanStep {
  /** Unique in the plan; `{{name.output.path}}` in another step's input refers to this step's result. */
  name: string;
  /** The contract in words: what to do … */
  goal: string;
  /** … and how one sees that it is done. */
  doneWhen: string;
  type: string;
  /** What an agent must be able to do to get the step. */
  capability: string;
  /** Parameters; texts may hold input references. */
  input: Record<string, Json>;
  /** Ids of the files the step works on. */
  files: string[];
  /** Names of the steps whose results this one needs. */
  dependsOn: string[];
  priority?: number;
  timeoutMs?: number;
  /** When true, a failure of this step leaves the task partial instead of failing what depends on it. */
  optional?: boolean;
}

export interface Plan {
  /** Which rule or strategy made the plan, and why it fits. Shown to people. */
  rule: string;
  because: string;
  /** The first question of every chief (DESIGN section 7): is one operator enough? */
  oneOperatorEnough: { enough: boolean; because: string };
  steps: PlanStep[];
  /** Name of the step whose output is the task's output. */
  resultStep: string;
  /** Name of the step that checks the result, when there is one. */
  verifyStep?: string;
  /** Who planned, where a chief has a language model; without it the rules did. */
  planner?: Planner;
}

/** Whether the model of a chief planned, or the rules in its place, and why. */
export interface Planner {
  by: 'model' | 'rules';
  /** Null: no model answered. */
  model: string | null;
  /** Answers of the model that were paid for. */
  calls: number;
  because?: string;
}

/** The field of a step's input in which it is told what a review found wrong with what it had made before. */
export const REVIEW_REMARKS = 'reviewRemarks';

/** Limits of one plan (GUARANTEES P15). */
export const MAX_PLAN_STEPS = 1_000;
export const MAX_TASK_DEPTH = 8;

/** Capabilities of the keyless team. A plan may also ask for capabilities of registered agents. */
export const BUILT_IN_CAPABILITIES = {
  reader: ['documents.read'],
  analyst: ['documents.analyze', 'tables.compute', 'facts.extract', 'timeline.build', 'documents.compare'],
  researcher: ['question.answer', 'statements.attribute', 'documents.link', 'contradictions.find'],
  writer: ['brief.write', 'report.write'],
  verifier: ['claims.verify'],
} as const;
