import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  Scalar,
} from 'yaml';
import { CadreError } from '../platform/kernel/errors.ts';
import { checkJson, JSON_MAX_DEPTH } from '../platform/kernel/json.ts';
import { MAX_TEXT_CHARACTERS } from './language.ts';

/**
 * A text as YAML 1.2, of which JSON is a part. Nothing but maps, lists, texts, numbers, true, false and null: no tags,
 * no key twice, few aliases. It knows where each thing stands.
 */

/** Keys and places in lists that lead somewhere in a document. */
export type Place = ReadonlyArray<string | number>;

/** A place as people write it: `steps[2].repeat.until`. */
export function pathOf(place: Place): string {
  return place.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
    '',
  );
}

/** What is wrong with a text itself, and where: a place in it from 0. */
export interface TextProblem {
  at: number;
  code: string;
  message: string;
}

export interface ReadDocument {
  value: unknown;
  problems: TextProblem[];
  /** Where something stands: the value, or its key; of what is not there, what is around it. */
  positionOf(place: Place, what?: 'key' | 'value', offset?: number): { line: number; column: number };
}

/** Times that parts of a text may be said again with `*name`. */
const MAX_ALIASES = 50;
const MAX_PROBLEMS = 50;

export function readDocument(text: string): ReadDocument {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (text.length > MAX_TEXT_CHARACTERS) {
    const message = `the text has ${text.length} characters, and ${MAX_TEXT_CHARACTERS} are the most`;
    return unusable([{ at: 0, code: 'too-long', message }], () => ({ line: 1, column: 1 }));
  }
  try {
    // Keys are compared below: the library compares each with all before it.
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      schema: 'core',
      stringKeys: true,
      uniqueKeys: false,
    });
    const errors = document.errors.map((error) => ({
      at: error.pos[0],
      code: 'yaml',
      message: error.code === 'RESOURCE_EXHAUSTION' ? 'it is nested too deep' : firstLine(error.message),
    }));
    const problems = (errors.length > 0 ? errors : problemsIn(document)).slice(0, MAX_PROBLEMS);
    if (problems.length > 0) return unusable(problems, (_, __, offset = 0) => at(offset));
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { value, problems, positionOf: (...asked) => at(offsetOf(document, ...asked)) };
  } catch (error) {
    // Aliases that would make a small text large, or a stack that overflowed.
    const message =
      error instanceof RangeError ? 'it is nested too deep' : firstLine((error as Error).message);
    return unusable([{ at: 0, code: 'yaml', message }], () => ({ line: 1, column: 1 }));
  }
}

/** A text without a value; problems are asked for with their place in it as the offset. */
function unusable(problems: TextProblem[], positionOf: ReadDocument['positionOf']): ReadDocument {
  return { value: undefined, problems, positionOf };
}

const firstLine = (message: string) => message.split('\n')[0] ?? '';

/** What YAML allows and a workflow does not. Iterative, so that depth is found and not suffered. */
function problemsIn(document: Document.Parsed): TextProblem[] {
  const problems: TextProblem[] = [];
  const stack: Array<{ node: unknown; depth: number }> = [{ node: document.contents, depth: 1 }];
  let aliases = 0;
  for (let item = stack.pop(); item; item = stack.pop()) {
    const { node, depth } = item;
    if (!isNode(node)) continue;
    const report = (code: string, message: string) =>
      problems.push({ at: node.range?.[0] ?? 0, code, message });
    if (depth > JSON_MAX_DEPTH) {
      report('too-deep', `it is nested deeper than ${JSON_MAX_DEPTH}`);
      break;
    }
    if (isAlias(node)) {
      aliases += 1;
      if (aliases > MAX_ALIASES) {
        report('aliases', `more than ${MAX_ALIASES} aliases`);
        break;
      }
    } else if (node.tag !== undefined) report('tag', `the tag ${node.tag} is not part of the language`);
    else if (isScalar(node)) {
      const wrong = wrongScalar(node.value);
      if (wrong !== undefined) report('value', wrong);
    } else if (isMap(node)) {
      const keys = new Set<string>();
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : '';
        const from = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        if (keys.has(name))
          problems.push({ at: from, code: 'duplicate-key', message: `the key ${name} is there twice` });
        if (name === '__proto__' || name === 'constructor' || name === 'prototype')
          problems.push({ at: from, code: 'key', message: `the key ${name} is not allowed` });
        keys.add(name);
        stack.push({ node: key, depth: depth + 1 }, { node: value, depth: depth + 1 });
      }
    } else if (isCollection(node)) for (const one of node.items) stack.push({ node: one, depth: depth + 1 });
  }
  return problems.sort((a, b) => a.at - b.at);
}

/** Numbers that are not finite, and characters that cannot be stored. */
function wrongScalar(value: unknown): string | undefined {
  try {
    checkJson(value);
    return undefined;
  } catch (error) {
    return error instanceof CadreError ? error.message : 'it is not a value of JSON';
  }
}

function offsetOf(
  document: Document.Parsed,
  place: Place,
  what: 'key' | 'value' = 'value',
  offset?: number,
): number {
  let node: unknown = document.contents;
  let found = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [index, step] of place.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const isLast = index === place.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair || !isPair(pair)) return found;
      const key = isNode(pair.key) ? pair.key.range?.[0] : undefined;
      found = key ?? found;
      if (isLast && what === 'key') return found;
      node = pair.value;
    } else if (isCollection(node)) node = node.items[Number(step)];
    else return found;
    if (isNode(node) && !isMissing(node)) found = node.range?.[0] ?? found;
  }
  return found + (offset === undefined ? 0 : inside(node, offset));
}

/** `key:` with nothing behind it: the key is the better place. */
const isMissing = (node: Node) =>
  isScalar(node) && node.range !== undefined && node.range !== null && node.range[0] === node.range[1];

/** How far a place in a text lies behind its begin, as long as it is written as it is read. */
function inside(node: unknown, offset: number): number {
  if (!isScalar(node) || typeof node.value !== 'string') return 0;
  const { range, type, value } = node as ParsedNode & Scalar<string>;
  const written = (range?.[1] ?? 0) - (range?.[0] ?? 0);
  if (type === Scalar.PLAIN && written === value.length) return offset;
  const isQuoted = type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE;
  return isQuoted && written === value.length + 2 ? offset + 1 : 0;
}
