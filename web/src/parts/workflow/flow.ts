import { duration } from '../time.tsx';

/** A step of a workflow, as the server keeps it (docs/workflows.md). What it does is said by one key. */
export interface FlowStep {
  name: string;
  description?: string;
  needs?: readonly string[];
  if?: string;
  optional?: boolean;
  goal?: string;
  capability?: string;
  agent?: string;
  /** What takes it back when the workflow fails later. */
  compensate?: { goal: string };
  input?: Record<string, unknown>;
  forEach?: string;
  width?: number;
  steps?: readonly FlowStep[];
  parallel?: Readonly<Record<string, readonly FlowStep[]>>;
  repeat?: { until: string; max: number; steps: readonly FlowStep[] };
  switch?: {
    cases: ReadonlyArray<{ when: string; steps: readonly FlowStep[] }>;
    default?: readonly FlowStep[];
  };
  try?: readonly FlowStep[];
  catch?: readonly FlowStep[];
  finally?: readonly FlowStep[];
  workflow?: string;
  wait?: { forMs?: number; until?: string; event?: string; topic?: string };
  approval?: { ask: string; by?: readonly string[] };
}

/** A workflow as the server keeps it: every step says what it needs. */
export interface Flow {
  name: string;
  description?: string;
  /** A JSON Schema of what a task gives it. */
  input?: Record<string, unknown>;
  /** One agent carries out all steps. */
  operator?: { agent?: string; capability?: string };
  steps: readonly FlowStep[];
}

/** A definition, when it is one: the server checks it whole before it keeps it. */
export function flowOf(definition: unknown): Flow | undefined {
  const isFlow =
    typeof definition === 'object' &&
    definition !== null &&
    'steps' in definition &&
    Array.isArray(definition.steps);
  return isFlow ? (definition as Flow) : undefined; // checked by the server
}

const KINDS = [
  'goal',
  'forEach',
  'parallel',
  'repeat',
  'switch',
  'try',
  'workflow',
  'wait',
  'approval',
] as const;
export type FlowKind = (typeof KINDS)[number];

export const kindOf = (step: FlowStep): FlowKind => KINDS.find((key) => key in step) ?? 'goal';

/** Each kind in a word or two. */
export const KIND_WORDS: Readonly<Record<FlowKind, string>> = {
  goal: 'work',
  forEach: 'for each item',
  parallel: 'at the same time',
  repeat: 'again and again',
  switch: 'one of several',
  try: 'with a way out',
  workflow: 'another workflow',
  wait: 'a wait',
  approval: 'an approval',
};

export interface FlowBlock {
  /** As the server says it in paths; `[]` for items and rounds. */
  label: string;
  /** What it is, for people; empty where the step says it already. */
  title: string;
  steps: readonly FlowStep[];
}

/** What a step holds: the steps for an item or a round, branches, cases, the parts of a `try`. */
export function blocksOf(step: FlowStep): FlowBlock[] {
  if (step.forEach !== undefined) return [{ label: '[]', title: '', steps: step.steps ?? [] }];
  if (step.repeat) return [{ label: '[]', title: '', steps: step.repeat.steps }];
  if (step.parallel)
    return Object.entries(step.parallel).map(([label, steps]) => ({ label, title: label, steps }));
  if (step.switch) {
    const cases = step.switch.cases.map(({ when, steps }, index) => ({
      label: `case${index + 1}`,
      title: `when ${when}`,
      steps,
    }));
    const otherwise = step.switch.default;
    return otherwise ? [...cases, { label: 'default', title: 'otherwise', steps: otherwise }] : cases;
  }
  const parts = [
    { label: 'try', title: 'first', steps: step.try },
    { label: 'catch', title: 'when that failed', steps: step.catch },
    { label: 'finally', title: 'in any case', steps: step.finally },
  ];
  return parts.flatMap(({ steps, ...part }) => (steps ? [{ ...part, steps }] : []));
}

/** What a step does, in a line. */
export function saysOf(step: FlowStep): string {
  if (step.forEach !== undefined) return `for each of ${step.forEach}`;
  if (step.repeat) return `until ${step.repeat.until}, at most ${counted(step.repeat.max, 'time')}`;
  if (step.parallel) return counted(Object.keys(step.parallel).length, 'branch', 'branches');
  if (step.switch) return 'the first whose condition holds';
  if (step.try) return step.catch ? 'and something else when it fails' : 'and what is done in any case';
  if (step.workflow !== undefined) return `runs ${step.workflow}`;
  if (step.wait) return waitWords(step.wait);
  if (step.approval) return `asks: ${step.approval.ask}`;
  return step.goal ?? '';
}

function waitWords({ forMs, until, event, topic }: NonNullable<FlowStep['wait']>): string {
  if (forMs !== undefined) return `waits ${duration(forMs)}`;
  if (until !== undefined) return `waits until ${until}`;
  return event === undefined ? `waits for a message on ${topic}` : `waits for the event ${event}`;
}

/** Who carries out all steps of a workflow as one task; undefined where each step is a task of its own. */
export function operatorWords({ operator }: Pick<Flow, 'operator'>): string | undefined {
  if (!operator) return undefined;
  const { agent, capability } = operator;
  const who = [agent, capability === undefined ? undefined : `who can ${capability}`].filter(Boolean);
  return `One agent carries out all its steps as one task: ${agent === undefined ? 'the best of those ' : ''}${who.join(', ')}.`;
}

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

export interface Placed {
  /** Where it stands in the document: `each[].load`, `both.left.pack`. */
  place: string;
  step: FlowStep;
  /** The steps of its own list. */
  siblings: readonly FlowStep[];
}

export const placeIn = (block: string, name: string): string => (block === '' ? name : `${block}.${name}`);
export const blockIn = (place: string, label: string): string =>
  label === '[]' ? `${place}[]` : `${place}.${label}`;

/** Every step of a workflow with its place, outermost first. */
export function* everyPlace(steps: readonly FlowStep[], block = ''): Generator<Placed> {
  for (const step of steps) {
    const place = placeIn(block, step.name);
    yield { place, step, siblings: steps };
    for (const { label, steps: inner } of blocksOf(step)) yield* everyPlace(inner, blockIn(place, label));
  }
}

/** The place in the document of a node, which also says in which item or round it is. */
export const placeOf = (path: string): string => path.replace(/\[\d+\]/g, '[]');
