import type { WorkflowDiff } from '../../api/models.ts';
import { duration } from '../time.tsx';
import { everyPlace, type Flow, KIND_WORDS, kindOf, saysOf } from './flow.ts';

/** What two versions of a workflow do differently, in words; and the lines that differ, numbered. Pure. */

/** One thing that a step says otherwise now; null where it said nothing. */
export interface ChangedPart {
  /** What it is, for people. */
  name: string;
  was: string | null;
  now: string | null;
}

/** What became of a step, or of the workflow itself (its place is ''). */
export interface StepChange {
  place: string;
  what: 'added' | 'removed' | 'changed';
  /** What the step does; of a removed one, what it did. */
  says: string;
  parts: readonly ChangedPart[];
}

/** Keys of a workflow and of its steps as people say them. */
const NAMES: Readonly<Record<string, string>> = {
  agent: 'Who does it',
  approval: 'What people are asked',
  approvedBy: 'The approval it needs',
  as: 'What each item is called',
  budget: 'Budget',
  capability: 'What who does it must be able to do',
  compensate: 'How it is undone',
  description: 'Description',
  doneWhen: 'When it is done',
  files: 'Files',
  forEach: 'For each of',
  goal: 'Goal',
  if: 'Only if',
  input: 'Input',
  needs: 'When it begins',
  operator: 'Who carries out all its steps',
  optional: 'Whether the rest can do without it',
  output: 'Output',
  parallel: 'Branches',
  priority: 'Priority',
  recover: 'What is done when it fails',
  repeat: 'Until when it repeats',
  retry: 'How often it is tried',
  switch: 'Cases',
  tags: 'Tags',
  timeoutMs: 'How long it may take',
  try: 'Its parts',
  wait: 'What it waits for',
  width: 'How many at the same time',
  workflow: 'The workflow it runs',
};

/** Every change: of the workflow itself, then of its steps as they stand in the second version, then what is gone. */
export function changesOf(
  diff: Pick<WorkflowDiff, 'added' | 'removed' | 'changed'>,
  before: Flow | undefined,
  after: Flow | undefined,
): StepChange[] {
  const [gone, there] = [saysAt(before), saysAt(after)];
  const added = new Set(diff.added);
  const parts = Map.groupBy(diff.changed, ({ place }) => place);
  const order = new Map([...there.keys()].map((place, index) => [place, index]));
  const rank = (place: string) => order.get(place) ?? order.size;
  const kept = [...new Set([...added, ...parts.keys()])].toSorted((a, b) => rank(a) - rank(b));
  return [
    ...kept.map(
      (place): StepChange => ({
        place,
        what: added.has(place) ? 'added' : 'changed',
        says: there.get(place) ?? '',
        parts: (parts.get(place) ?? []).map(({ key, from, to }) => ({
          name: NAMES[key] ?? key,
          was: valueWords(key, from),
          now: valueWords(key, to),
        })),
      }),
    ),
    ...diff.removed.map(
      (place): StepChange => ({ place, what: 'removed', says: gone.get(place) ?? '', parts: [] }),
    ),
  ];
}

/** What each step does, by its place. */
function saysAt(flow: Flow | undefined): Map<string, string> {
  const said = new Map([['', '']]);
  for (const { place, step } of everyPlace(flow?.steps ?? []))
    said.set(place, [KIND_WORDS[kindOf(step)], saysOf(step)].filter(Boolean).join(': '));
  return said;
}

/** A value as people read it; null where there was none. */
function valueWords(key: string, value: unknown): string | null {
  if (key === 'optional') return value === true ? 'yes' : 'no';
  if (value === null || value === undefined) return null;
  if (key === 'needs' && isTexts(value)) return value.length === 0 ? 'at once' : `after ${listed(value)}`;
  if (key === 'timeoutMs' && typeof value === 'number') return duration(value);
  if (typeof value === 'string') return value;
  if (isTexts(value)) return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'object' ? objectWords(value) : String(value);
}

/** More characters than this are laid out over several lines. */
const LONGEST_LINE = 60;

/** `maxAttempts: 3, backoffMs: 500` where that is short, else laid out. */
function objectWords(value: object): string {
  const entries = Object.entries(value);
  const line = entries.map(([key, each]) => `${key}: ${each}`).join(', ');
  const isFlat = !Array.isArray(value) && entries.every(([, each]) => typeof each !== 'object');
  return isFlat && line.length <= LONGEST_LINE ? line : JSON.stringify(value, null, 2);
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** "2 steps added, 1 removed, the workflow itself changed"; what to say where no step changed. */
export function summaryOf(changes: readonly StepChange[], lines: readonly DiffLine[]): string {
  const of = (what: StepChange['what']) =>
    changes.filter((change) => change.place !== '' && change.what === what).length;
  const counts = (['added', 'removed', 'changed'] as const).flatMap((what): string[] => {
    const count = of(what);
    return count === 0 ? [] : [`${count} ${count === 1 ? 'step' : 'steps'} ${what}`];
  });
  if (changes.some(({ place }) => place === '')) counts.push('the workflow itself changed');
  if (counts.length > 0) return `${counts.join(', ')}.`;
  return lines.length === 0
    ? 'Nothing is different.'
    : 'They do the same; only how it is written is different.';
}

/** A line of the text; on which side it stands, and where. */
export interface DiffLine {
  sign: '+' | '-' | ' ';
  text: string;
  /** Its number in the first version. */
  was?: number;
  /** Its number in the second version. */
  now?: number;
}

/** The lines of a difference with their numbers on both sides. */
export function numbered({ firstLine, text }: Pick<WorkflowDiff, 'firstLine' | 'text'>): DiffLine[] {
  let [was, now] = [firstLine, firstLine];
  return text.map((line): DiffLine => {
    const rest = line.slice(1);
    if (line.startsWith('-')) return { sign: '-', text: rest, was: was++ };
    if (line.startsWith('+')) return { sign: '+', text: rest, now: now++ };
    return { sign: ' ', text: rest, was: was++, now: now++ };
  });
}

/** Lines that stand together; `isFolded` where many are the same on both sides. */
export interface Stretch {
  lines: readonly DiffLine[];
  isFolded: boolean;
}

/** Lines that are shown around each change. */
const CONTEXT = 3;

/** The lines with what is the same between two changes folded, but for the lines beside them. */
export function stretchesOf(lines: readonly DiffLine[]): Stretch[] {
  const near = new Set<number>();
  for (const [at, { sign }] of lines.entries())
    if (sign !== ' ') for (let by = -CONTEXT; by <= CONTEXT; by += 1) near.add(at + by);
  const found: Array<{ lines: DiffLine[]; isNear: boolean }> = [];
  for (const [at, line] of lines.entries()) {
    const last = found.at(-1);
    if (last && last.isNear === near.has(at)) last.lines.push(line);
    else found.push({ lines: [line], isNear: near.has(at) });
  }
  // A single line takes as much room folded as unfolded.
  return found.map(({ lines: some, isNear }) => ({ lines: some, isFolded: !isNear && some.length > 1 }));
}
