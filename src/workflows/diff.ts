import { canonicalJson } from '../messages/canonical.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { Step, Workflow } from './language.ts';
import { blocksIn } from './places.ts';

/** What is different between two versions of a workflow. Pure. */
export interface WorkflowDiff {
  /** Places of steps, such as `load`, `each[].pack` or `guard.catch.tell`. */
  added: string[];
  removed: string[];
  changed: Array<{ place: string; key: string; from: Json; to: Json }>;
  /** The number of the first line of `text`, which is the same in both: what stands before it did not change. */
  firstLine: number;
  /** Lines as they were written: ` ` for both, `-` for the first only, `+` for the second only. */
  text: string[];
}

/** What changed in the workflow itself stands under the place `''`. */
export function diffOf(
  from: { workflow: Workflow; text: string },
  to: { workflow: Workflow; text: string },
): WorkflowDiff {
  const [before, after] = [placesOf(from.workflow), placesOf(to.workflow)];
  const changed: WorkflowDiff['changed'] = [];
  for (const [place, step] of before) {
    const other = after.get(place);
    if (!other) continue;
    for (const key of new Set([...Object.keys(step), ...Object.keys(other)])) {
      const [old, now] = [step[key] ?? null, other[key] ?? null];
      if (canonicalJson(old) !== canonicalJson(now)) changed.push({ place, key, from: old, to: now });
    }
  }
  return {
    added: [...after.keys()].filter((place) => !before.has(place)),
    removed: [...before.keys()].filter((place) => !after.has(place)),
    changed,
    ...linesOf(from.text.split('\n'), to.text.split('\n')),
  };
}

/** What each place says, without the steps inside it. */
function placesOf(workflow: Workflow): Map<string, Record<string, Json>> {
  const { steps, ...own } = toJson(workflow);
  const found = new Map<string, Record<string, Json>>([['', own]]);
  const walk = (list: readonly Step[], around: string): void => {
    for (const step of list) {
      const place = `${around}${step.name}`;
      found.set(place, ownOf(step));
      for (const [label, inner] of blocksIn(step))
        walk(inner, label === '[]' ? `${place}[].` : `${place}.${label}.`);
    }
  };
  walk(workflow.steps, '');
  return found;
}

/** A step without the steps that it holds. */
function ownOf(step: Step): Record<string, Json> {
  const { steps, catch: _caught, finally: _last, ...own } = toJson(step);
  if ('parallel' in step) own.parallel = Object.keys(step.parallel);
  if ('repeat' in step) own.repeat = toJson({ until: step.repeat.until, max: step.repeat.max });
  if ('switch' in step)
    own.switch = toJson({
      cases: step.switch.cases.map((one) => one.when),
      default: step.switch.default !== undefined,
    });
  if ('try' in step) own.try = blocksIn(step).map(([label]) => label);
  return own;
}

/** Without what is not there. */
function toJson(value: object): Record<string, Json> {
  return JSON.parse(JSON.stringify(value));
}

/** More pairs of lines than this are not compared one by one. */
const MAX_PAIRS = 4_000_000;
/** Lines around a change that are shown. */
const CONTEXT = 3;

/** The longest common lines stay, the rest is removed or added. */
function linesOf(before: string[], after: string[]): Pick<WorkflowDiff, 'firstLine' | 'text'> {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before.at(-1 - tail) === after.at(-1 - tail)
  )
    tail += 1;
  const middle = middleOf(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  if (middle.length === 0) return { firstLine: 1, text: [] };
  const first = before.slice(Math.max(0, head - CONTEXT), head);
  const last = before.slice(before.length - tail, before.length - tail + CONTEXT);
  return {
    firstLine: head - first.length + 1,
    text: [...first.map((line) => ` ${line}`), ...middle, ...last.map((line) => ` ${line}`)],
  };
}

function middleOf(before: string[], after: string[]): string[] {
  const [rows, columns] = [before.length, after.length];
  const all = [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)];
  if (rows * columns > MAX_PAIRS) return all;
  const width = columns + 1;
  const common = new Uint32Array((rows + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = rows - 1; row >= 0; row -= 1)
    for (let column = columns - 1; column >= 0; column -= 1)
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: string[] = [];
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    if (row < rows && column < columns && before[row] === after[column]) {
      lines.push(` ${before[row]}`);
      row += 1;
      column += 1;
    } else if (column >= columns || (row < rows && at(row + 1, column) >= at(row, column + 1))) {
      lines.push(`-${before[row]}`);
      row += 1;
    } else {
      lines.push(`+${after[column]}`);
      column += 1;
    }
  }
  return lines;
}
