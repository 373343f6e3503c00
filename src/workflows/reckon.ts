import { CadreError } from '../platform/kernel/errors.ts';
import {
  asInt,
  asTimestamp,
  type Duration,
  FUNCTIONS,
  type Kind,
  kindOfValue,
  named,
  refuse,
  type Value,
} from './functions.ts';
import { argumentsOf, faultIn, macroOf, type Node } from './syntax.ts';

/**
 * Gives an expression its value. Every part evaluated, and everything long that is read or made, is paid for from a
 * fixed purse before the work is done, so that an expression ends soon whatever it says and whatever it is given.
 */

/** What one expression may cost: one for each part evaluated, and one for every few characters read or made. */
export const MAX_WORK = 250_000;
const CHARACTERS_FOR_ONE = 8;

/** Names that a macro gives to items, innermost first. */
interface Own {
  name: string;
  value: Value;
  outer: Own | undefined;
}

export interface Reckoning {
  expression: string;
  /** What is left of the purse. */
  left: number;
  /** The value of a name from outside. */
  read(name: string): Value | undefined;
}

/** Takes from the purse. @throws CadreError `workflow/expression`, which no `||` swallows */
export function pay(reckoning: Reckoning, amount: number): void {
  reckoning.left -= amount;
  if (reckoning.left >= 0) return;
  reckoning.left = -1;
  throw faultIn(reckoning.expression, undefined, 'it takes too much work: ask for less at once');
}

/** Pays for reading all of a value. */
export function payFor(reckoning: Reckoning, value: Value): void {
  if (typeof value === 'string') pay(reckoning, 1 + value.length / CHARACTERS_FOR_ONE);
  else pay(reckoning, 1);
  if (Array.isArray(value)) for (const item of value) payFor(reckoning, item);
  if (value instanceof Map)
    for (const [key, item] of value) {
      payFor(reckoning, key);
      payFor(reckoning, item);
    }
}

/** The value of a part. @throws CadreError `workflow/expression` */
export function reckon(reckoning: Reckoning, node: Node, own?: Own): Value {
  pay(reckoning, 1);
  const of = (part: Node) => reckon(reckoning, part, own);
  const fault = (detail: string, at: number = node.start) => faultIn(reckoning.expression, at, detail);
  switch (node.op) {
    case 'value':
      return node.args as Value; // bytes and unsigned numbers were refused with the tree
    case 'id': {
      for (let one = own; one; one = one.outer) if (one.name === node.args) return one.value;
      const value = reckoning.read(node.args);
      if (value === undefined) throw fault(`there is no ${node.args} here`);
      return value;
    }
    case '.':
      return field(of(node.args[0]), node.args[1], fault);
    case '[]':
      return field(of(node.args[0]), of(node.args[1]), fault);
    case 'list':
      return node.args.map(of);
    case 'map':
      return new Map(
        node.args.map(([key, value]) => {
          const name = of(key);
          if (typeof name !== 'string') throw fault('the keys of a map must be texts', key.start);
          return [name, of(value)];
        }),
      );
    case '?:':
      return of(truth(of(node.args[0]), node.args[0], fault) ? node.args[1] : node.args[2]);
    case '&&':
      return either(reckoning, node, false, of, fault);
    case '||':
      return either(reckoning, node, true, of, fault);
    case '!_':
      return !truth(of(node.args), node.args, fault);
    case '-_':
      return placed(node, fault, () => negated(of(node.args)));
    case 'call':
    case 'rcall':
      return called(reckoning, node, own, fault);
    case '.?':
    case '[?]':
      throw fault('optional access is not part of the language; use has()');
    default: {
      const left = of(node.args[0]);
      const right = of(node.args[1]);
      return placed(node, fault, () => combined(reckoning, node.op, left, right));
    }
  }
}

type Fault = (detail: string, at?: number) => CadreError;

/** Says the place of what a rule refused without knowing it. */
function placed(node: Node, fault: Fault, rule: () => Value): Value {
  try {
    return rule();
  } catch (error) {
    if (error instanceof CadreError && error.values.expression === '')
      throw fault(String(error.values.detail), node.pos);
    throw error;
  }
}

/** A key of a map or a place in a list: what the value itself has, never what its prototype has. */
function field(value: Value, key: Value, fault: Fault): Value {
  if (value instanceof Map) {
    const found = typeof key === 'string' ? value.get(key) : undefined;
    if (found === undefined) throw fault(`there is no ${keyText(key)}`);
    return found;
  }
  if (Array.isArray(value)) {
    const at = typeof key === 'bigint' || typeof key === 'number' ? Number(key) : -1;
    const found = Number.isInteger(at) ? value[at] : undefined;
    if (found === undefined)
      throw fault(`there is no item ${keyText(key)} in a list of ${value.length} (the first is 0)`);
    return found;
  }
  throw fault(`a ${named(kindOfValue(value))} has no ${keyText(key)}`);
}

const keyText = (key: Value) =>
  typeof key === 'object' && key !== null ? named(kindOfValue(key)) : String(key).slice(0, 80);

function truth(value: Value, node: Node, fault: Fault): boolean {
  if (typeof value === 'boolean') return value;
  throw fault(`a ${named(kindOfValue(value))} is neither true nor false`, node.start);
}

/** `&&` and `||`: when one side decides, it does not matter that the other has no value. */
function either(
  reckoning: Reckoning,
  node: Extract<Node, { op: '&&' | '||' }>,
  decides: boolean,
  of: (part: Node) => Value,
  fault: Fault,
): boolean {
  const [left, right] = node.args;
  const tried = attempt(reckoning, () => truth(of(left), left, fault));
  if (tried === decides) return decides;
  const other = truth(of(right), right, fault);
  if (other === decides || typeof tried === 'boolean') return other;
  throw tried;
}

/** The value or why there is none; work that was too much is never put off. */
function attempt(reckoning: Reckoning, rule: () => boolean): boolean | CadreError {
  try {
    return rule();
  } catch (error) {
    if (error instanceof CadreError && reckoning.left >= 0) return error;
    throw error;
  }
}

function negated(value: Value): Value {
  if (typeof value === 'bigint') return asInt(-value);
  if (typeof value === 'number') return -value;
  return refuse(`a ${named(kindOfValue(value))} has no negative`);
}

function called(
  reckoning: Reckoning,
  node: Extract<Node, { op: 'call' | 'rcall' }>,
  own: Own | undefined,
  fault: Fault,
): Value {
  const [name] = node.args;
  if (node.op === 'call' && name === 'has') return has(reckoning, node, own);
  const macro = macroOf(node);
  if (macro) return iterated(reckoning, macro, own, fault);
  const parts = node.op === 'rcall' ? [node.args[1], ...node.args[2]] : argumentsOf(node);
  const args = parts.map((part) => reckon(reckoning, part, own));
  const rule = FUNCTIONS[name];
  if (!rule) throw fault(`there is no function ${name}()`);
  args.forEach((value, index) => {
    const kind = kindOfValue(value);
    if (!rule.takes[index]?.includes(kind)) throw fault(`${name}() does not take a ${named(kind)}`);
  });
  payForCall(reckoning, name, args);
  const result = placed(node, fault, () => rule.run(args));
  if (typeof result === 'string' || Array.isArray(result)) pay(reckoning, sizeOf(result));
  return result;
}

function payForCall(reckoning: Reckoning, name: string, args: readonly Value[]): void {
  const [subject = null, part] = args;
  if (name === 'join') {
    payFor(reckoning, subject);
    // the text between comes once for each item
    if (typeof part === 'string' && Array.isArray(subject))
      pay(reckoning, (part.length * subject.length) / CHARACTERS_FOR_ONE);
  } else {
    for (const arg of args) pay(reckoning, sizeOf(arg));
    // A search may look at each character once for each of the part's, in the worst case.
    if (typeof subject === 'string' && typeof part === 'string' && part.length <= subject.length)
      pay(reckoning, (subject.length * Math.min(part.length, subject.length - part.length)) / 256);
  }
}

const sizeOf = (value: Value) =>
  typeof value === 'string' ? value.length / CHARACTERS_FOR_ONE : Array.isArray(value) ? value.length : 1;

/** Whether a map has a key; what leads to the map must be there. */
function has(reckoning: Reckoning, node: Extract<Node, { op: 'call' }>, own: Own | undefined): boolean {
  const [asked] = node.args[1];
  if (asked?.op !== '.') return false; // refused with the tree
  const value = reckon(reckoning, asked.args[0], own);
  return value instanceof Map && value.has(asked.args[1]);
}

function iterated(
  reckoning: Reckoning,
  macro: NonNullable<ReturnType<typeof macroOf>>,
  outer: Own | undefined,
  fault: Fault,
): Value {
  const { name, variable, parts } = macro;
  const over = reckon(reckoning, macro.over, outer);
  if (!Array.isArray(over) && !(over instanceof Map))
    throw fault(`${name}() needs a list or a map, and this is a ${named(kindOfValue(over))}`);
  const items: Value[] = Array.isArray(over) ? over : [...over.keys()];
  const [first, second] = parts as [Node, Node | undefined]; // counted with the tree
  const ask = (part: Node, value: Value) => reckon(reckoning, part, { name: variable, value, outer });
  const holds = (value: Value) => truth(ask(first, value), first, fault);
  const results: Value[] = [];
  switch (name) {
    case 'map':
      for (const item of items) {
        if (!second) results.push(ask(first, item));
        else if (holds(item)) results.push(ask(second, item));
      }
      return results;
    case 'filter':
      for (const item of items) if (holds(item)) results.push(item);
      return results;
    case 'exists_one': {
      let count = 0;
      for (const item of items) if (holds(item)) count += 1;
      return count === 1;
    }
    default: {
      // `exists` and `all` are `||` and `&&` over the items
      const decides = name === 'exists';
      let trouble: CadreError | undefined;
      for (const item of items) {
        const tried = attempt(reckoning, () => holds(item));
        if (tried === decides) return decides;
        if (typeof tried !== 'boolean') trouble ??= tried;
      }
      if (trouble) throw trouble;
      return !decides;
    }
  }
}

/** `==`, `<`, `in`, `+` and their like. */
function combined(reckoning: Reckoning, op: string, left: Value, right: Value): Value {
  switch (op) {
    case '==':
    case '!=':
      payFor(reckoning, left);
      payFor(reckoning, right);
      return isEqual(left, right) === (op === '==');
    case 'in':
      return contained(reckoning, left, right);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compared(reckoning, op, left, right);
    default:
      return counted(reckoning, op, left, right);
  }
}

/** Equal by content; values of different kinds are not, but `1` equals `1.0`. */
function isEqual(left: Value, right: Value): boolean {
  const kinds = [kindOfValue(left), kindOfValue(right)];
  // biome-ignore lint/suspicious/noDoubleEquals: a whole number and another one are compared by what they count
  if (kinds.every((kind) => named(kind) === 'number')) return left == right;
  if (kinds[0] !== kinds[1]) return false;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index] ?? null));
  if (left instanceof Map && right instanceof Map)
    return (
      left.size === right.size &&
      [...left].every(([key, item]) => {
        const other = right.get(key);
        return other !== undefined && isEqual(item, other);
      })
    );
  if (kinds[0] === 'timestamp' || kinds[0] === 'duration') return amount(left) === amount(right);
  return left === right;
}

/** What can be compared by size, as a number or a text. */
function amount(value: Value): bigint | number | string | boolean {
  if (value instanceof Date) return value.getTime();
  if (value !== null && typeof value === 'object') return (value as Duration).ms; // asked for no list and no map
  return value ?? false;
}

function contained(reckoning: Reckoning, item: Value, list: Value): boolean {
  if (list instanceof Map) return typeof item === 'string' && list.has(item);
  if (!Array.isArray(list))
    return refuse(`"in" needs a list or a map, and this is a ${named(kindOfValue(list))}`);
  payFor(reckoning, list);
  for (const other of list) {
    payFor(reckoning, item);
    if (isEqual(item, other)) return true;
  }
  return false;
}

const ORDERED: readonly string[] = ['number', 'text', 'bool', 'timestamp', 'duration'];

function compared(reckoning: Reckoning, op: string, left: Value, right: Value): boolean {
  const [one, other] = [named(kindOfValue(left)), named(kindOfValue(right))];
  if (one !== other || !ORDERED.includes(one))
    refuse(`a ${one} and a ${other} cannot be compared with ${op}`);
  payFor(reckoning, left);
  payFor(reckoning, right);
  const [a, b] = [amount(left), amount(right)];
  if (op === '<') return a < b;
  if (op === '<=') return a <= b;
  return op === '>' ? a > b : a >= b;
}

/** `+ - * / %`. */
function counted(reckoning: Reckoning, op: string, left: Value, right: Value): Value {
  const kinds: [Kind, Kind] = [kindOfValue(left), kindOfValue(right)];
  if (typeof left === 'bigint' && typeof right === 'bigint') return ofInts(op, left, right);
  if (kinds.every((kind) => named(kind) === 'number')) return ofDoubles(op, Number(left), Number(right));
  if (op === '+' && typeof left === 'string' && typeof right === 'string') {
    pay(reckoning, (left.length + right.length) / CHARACTERS_FOR_ONE);
    return left + right;
  }
  if (op === '+' && Array.isArray(left) && Array.isArray(right)) {
    pay(reckoning, left.length + right.length);
    return [...left, ...right];
  }
  const sign = op === '-' ? -1 : 1;
  if (op === '+' || op === '-') {
    const [a, b] = [Number(left), Number(right)];
    if (left instanceof Date && right instanceof Date && op === '-') return { ms: a - b };
    if (left instanceof Date && kinds[1] === 'duration') return asTimestamp(a + sign * Number(amount(right)));
    if (kinds[0] === 'duration' && right instanceof Date && op === '+')
      return asTimestamp(b + Number(amount(left)));
    if (kinds[0] === 'duration' && kinds[1] === 'duration')
      return { ms: Number(amount(left)) + sign * Number(amount(right)) };
  }
  const also = op === '+' && kinds.includes('text') ? '; string() makes a text' : '';
  return refuse(`there is no ${named(kinds[0])} ${op} ${named(kinds[1])}${also}`);
}

function ofInts(op: string, left: bigint, right: bigint): bigint {
  if ((op === '/' || op === '%') && right === 0n) refuse('division by zero');
  if (op === '+') return asInt(left + right);
  if (op === '-') return asInt(left - right);
  if (op === '*') return asInt(left * right);
  return asInt(op === '/' ? left / right : left % right);
}

function ofDoubles(op: string, left: number, right: number): number {
  if (op === '+') return left + right;
  if (op === '-') return left - right;
  if (op === '*') return left * right;
  return op === '/' ? left / right : left % right;
}
