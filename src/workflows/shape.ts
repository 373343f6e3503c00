import { z } from 'zod';
import { isRecord } from '../platform/kernel/json.ts';
import type { Place } from './document.ts';
import { STEP_KEYS, type StepKind, shallowSteps, shallowWorkflow } from './language.ts';

/**
 * Whether a document has the form of a workflow, said for people. The kind of a step is found first, by its one key,
 * so that what is said is about that kind and not about all nine.
 */

/** What is wrong at a place of a document. */
export interface Flaw {
  place: Place;
  /** Whether the key at the place is at fault, or its value. */
  at?: 'key' | 'value';
  /** Place in the text at that place, from 0. */
  offset?: number;
  code: string;
  message: string;
}

type Mapping = Record<string, unknown>;

/** What keeps a document from being a workflow. */
export function shapeProblems(document: unknown): Flaw[] {
  if (!isRecord(document))
    return [{ place: [], code: 'shape', message: 'a workflow is a map with a name and steps' }];
  return [...problemsOf(shallowWorkflow, document, []), ...ofList(document.steps, ['steps'])];
}

function ofList(list: unknown, place: Place): Flaw[] {
  return Array.isArray(list) ? list.flatMap((step, index) => ofStep(step, [...place, index])) : [];
}

function ofStep(step: unknown, place: Place): Flaw[] {
  if (!isRecord(step))
    return [{ place, code: 'shape', message: 'a step is a map with a name and what it does' }];
  const kinds = STEP_KEYS.filter((key) => key in step);
  const [kind, second] = kinds;
  const called = typeof step.name === 'string' ? `the step "${step.name}"` : 'the step';
  if (kind === undefined) {
    const near = Object.keys(step).flatMap((key) => nearest(key, STEP_KEYS) ?? [])[0];
    const hint = near === undefined ? `give it one of ${STEP_KEYS.join(', ')}` : `did you mean ${near}?`;
    return [{ place, code: 'no-kind', message: `${called} does not say what it does: ${hint}` }];
  }
  if (second !== undefined) {
    const message = `${called} can do one thing, and it says ${kinds.join(' and ')}`;
    return [{ place: [...place, second], at: 'key', code: 'two-kinds', message }];
  }
  return [
    ...problemsOf(shallowSteps[kind], step, place),
    ...listsIn(step, kind).flatMap(([inner, list]) => ofList(list, [...place, ...inner])),
  ];
}

/** The lists of steps in a step of this kind, as the document has them. */
export function listsIn(step: object, kind: StepKind): Array<[place: Place, list: unknown]> {
  const under = (...place: Array<string | number>): Array<[Place, unknown]> => {
    let value: unknown = step;
    for (const key of place)
      value = isRecord(value) || Array.isArray(value) ? (value as Mapping)[key] : undefined;
    return value === undefined ? [] : [[place, value]];
  };
  switch (kind) {
    case 'forEach':
      return under('steps');
    case 'repeat':
      return under('repeat', 'steps');
    case 'parallel': {
      const [[, branches] = []] = under('parallel');
      return isRecord(branches) ? Object.keys(branches).flatMap((label) => under('parallel', label)) : [];
    }
    case 'switch': {
      const [[, cases] = []] = under('switch', 'cases');
      const count = Array.isArray(cases) ? cases.length : 0;
      return [
        ...Array.from({ length: count }, (_, index) => under('switch', 'cases', index, 'steps')).flat(),
        ...under('switch', 'default'),
      ];
    }
    case 'try':
      return [...under('try'), ...under('catch'), ...under('finally')];
    default:
      return [];
  }
}

function problemsOf(schema: z.ZodType, value: unknown, place: Place): Flaw[] {
  const { error } = schema.safeParse(value, { reportInput: true });
  return (error?.issues ?? []).flatMap((issue) => inWords(issue, schema, place));
}

/** An issue of zod as people say it. */
function inWords(issue: z.core.$ZodIssue, schema: z.ZodType, around: Place): Flaw[] {
  const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  const place = [...around, ...path];
  const last = String(path.at(-1) ?? 'it');
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => {
        const near = nearest(key, known);
        const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
        return {
          place: [...place, key],
          at: 'key',
          code: 'unknown-key',
          message: `there is no ${key} here: ${hint}`,
        };
      });
    }
    case 'invalid_type':
      if (issue.input === undefined)
        return [{ place: place.slice(0, -1), code: 'missing', message: `${last} is missing` }];
      return [
        {
          place,
          code: 'type',
          message: `${last} must be ${kindWords(issue.expected)}, not ${wordFor(issue.input)}`,
        },
      ];
    case 'too_small':
    case 'too_big':
      return [{ place, code: 'size', message: `${last} must ${sizeWords(issue)}` }];
    case 'invalid_value':
      return [
        { place, code: 'value', message: `${last} must be one of ${issue.values.map(String).join(', ')}` },
      ];
    case 'invalid_key':
      return [
        { place, at: 'key', code: 'name', message: `${last}: ${issue.issues[0]?.message ?? 'not a name'}` },
      ];
    case 'invalid_union': {
      const best = bestBranch(issue.errors);
      if (!best) return [{ place, code: 'value', message: unionWords(last, issue) }];
      return best.flatMap((inner) =>
        inWords({ ...inner, path: [...issue.path, ...inner.path] }, schema, around),
      );
    }
    default:
      return [{ place, code: 'value', message: `${last}: ${issue.message}` }];
  }
}

/** Of several forms, the one that was meant: where something deeper than its begin is wrong, and least is. */
function bestBranch(branches: z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const meant = branches.filter(
    (issues) =>
      !issues.some(
        (issue) => issue.code === 'invalid_type' && issue.path.length <= 1 && issue.input === undefined,
      ) && issues.some((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
  return meant.sort((a, b) => a.length - b.length)[0];
}

function unionWords(last: string, issue: Extract<z.core.$ZodIssue, { code: 'invalid_union' }>): string {
  if (issue.message !== 'Invalid input') return `${last}: ${issue.message}`;
  const values = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []));
  return values.length > 0
    ? `${last} must be one of ${values.map(String).join(', ')}`
    : `${last} is not valid`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

const kindWords = (expected: string) => KINDS[expected] ?? expected;

function wordFor(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' && !Number.isInteger(value)) return `${value}`;
  return KINDS[typeof value] ?? typeof value;
}

function sizeWords(issue: Extract<z.core.$ZodIssue, { code: 'too_small' | 'too_big' }>): string {
  const of = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' items' : '';
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const verb = of === '' ? 'be' : 'have';
  const open = issue.inclusive === false;
  if (issue.code === 'too_small')
    return open ? `${verb} more than ${limit}` : `${verb} ${limit}${of} or more`;
  return open ? `${verb} less than ${limit}` : `${verb} ${limit}${of} or fewer`;
}

/** Keys that a map at this path of a schema may have. */
function keysAt(schema: z.ZodType, path: ReadonlyArray<string | number>): string[] {
  let found: z.core.$ZodType[] = [schema];
  for (const key of [...path, undefined]) {
    found = found.flatMap(unwrapped);
    if (key === undefined) break;
    found = found.flatMap((one): z.core.$ZodType[] => {
      if (one instanceof z.ZodObject) return [one.shape[String(key)] ?? []].flat();
      if (one instanceof z.ZodArray) return [one.element];
      return one instanceof z.ZodRecord ? [one.valueType] : [];
    });
  }
  return [...new Set(found.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])))];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional) return unwrapped(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrapped);
  return [schema];
}

/** The known word that was most likely meant: at most a third of its letters are other ones. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const scored = known
    .map((one) => ({ one, distance: distance(word.slice(0, 40).toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, distance: far }) => far <= Math.max(1, Math.floor(Math.max(one.length, word.length) / 3)))
    .sort((a, b) => a.distance - b.distance);
  return scored[0]?.one;
}

/** Letters to add, drop, change or swap with the next (optimal string alignment). */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      let least = Math.min(
        (rows[i - 1]?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (rows[i - 1]?.[j - 1] ?? 0) + same,
      );
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        least = Math.min(least, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[from.length]?.[to.length] ?? 0;
}
