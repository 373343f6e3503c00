/** Exact-span precision, recall and F1, and the commonest kinds of error. */
import type { EntityKind } from '../../src/documents/document.ts';

export interface Labelled {
  kind: EntityKind;
  start: number;
  end: number;
  text: string;
}
export interface Figures {
  expected: number;
  found: number;
  right: number;
  precision: number;
  recall: number;
  f1: number;
}
export interface ErrorCase {
  /** missed, invented, wrong kind, too long, too short, shifted */
  error: string;
  kind: EntityKind;
  expected?: string;
  found?: string;
  document: string;
}
export interface Comparison {
  right: Map<EntityKind, number>;
  expected: Map<EntityKind, number>;
  found: Map<EntityKind, number>;
  errors: ErrorCase[];
}

/** Compares the spans of one document. A span is right when kind, start and end are. */
export function compare(document: string, expected: Labelled[], found: Labelled[]): Comparison {
  const result: Comparison = { right: new Map(), expected: tally(expected), found: tally(found), errors: [] };
  const key = (item: Labelled) => `${item.kind}:${item.start}:${item.end}`;
  const foundKeys = new Set(found.map(key));
  const expectedKeys = new Set(expected.map(key));
  for (const item of expected) {
    if (foundKeys.has(key(item))) result.right.set(item.kind, (result.right.get(item.kind) ?? 0) + 1);
    else result.errors.push(explainMiss(document, item, found));
  }
  for (const item of found) {
    if (expectedKeys.has(key(item))) continue;
    const near = expected.some((other) => other.start < item.end && item.start < other.end);
    if (!near) result.errors.push({ error: 'invented', kind: item.kind, found: item.text, document });
  }
  return result;
}

function explainMiss(document: string, item: Labelled, found: Labelled[]): ErrorCase {
  const over = found.find((other) => other.start < item.end && item.start < other.end);
  const base = { kind: item.kind, expected: item.text, document };
  if (over === undefined) return { error: 'missed', ...base };
  const error =
    over.start === item.start && over.end === item.end
      ? `taken for ${over.kind}`
      : over.start <= item.start && over.end >= item.end
        ? over.kind === item.kind
          ? 'too long'
          : `inside ${over.kind}`
        : over.start >= item.start && over.end <= item.end
          ? over.kind === item.kind
            ? 'too short'
            : `part taken for ${over.kind}`
          : 'shifted';
  return { error, ...base, found: over.text };
}

function tally(items: Labelled[]): Map<EntityKind, number> {
  const counts = new Map<EntityKind, number>();
  for (const item of items) counts.set(item.kind, (counts.get(item.kind) ?? 0) + 1);
  return counts;
}

/** Adds the counts of several documents. */
export function total(parts: Comparison[]): Comparison {
  const sum: Comparison = { right: new Map(), expected: new Map(), found: new Map(), errors: [] };
  for (const part of parts) {
    for (const field of ['right', 'expected', 'found'] as const) {
      for (const [kind, count] of part[field]) sum[field].set(kind, (sum[field].get(kind) ?? 0) + count);
    }
    sum.errors.push(...part.errors);
  }
  return sum;
}

/** The figures of one kind, or of all together when no kind is given. */
export function figures(comparison: Comparison, kinds: EntityKind[]): Figures {
  const sum = (counts: Map<EntityKind, number>) =>
    kinds.reduce((all, kind) => all + (counts.get(kind) ?? 0), 0);
  const right = sum(comparison.right);
  const expected = sum(comparison.expected);
  const found = sum(comparison.found);
  const precision = found === 0 ? 0 : right / found;
  const recall = expected === 0 ? 0 : right / expected;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { expected, found, right, precision, recall, f1 };
}

/** Error classes with their counts and a few examples, the commonest first. */
export function errorClasses(
  errors: ErrorCase[],
): Array<{ error: string; count: number; examples: string[] }> {
  const classes = new Map<string, string[]>();
  for (const { kind, error, expected, found } of errors) {
    const name = `${kind}: ${error}`;
    const example =
      expected !== undefined && found !== undefined ? `${expected} → ${found}` : (expected ?? found ?? '');
    classes.set(name, [...(classes.get(name) ?? []), example.replace(/\s+/g, ' ')]);
  }
  return [...classes]
    .map(([error, examples]) => ({ error, count: examples.length, examples }))
    .sort((a, b) => b.count - a.count || a.error.localeCompare(b.error));
}
