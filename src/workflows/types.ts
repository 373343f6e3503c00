import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import { FUNCTIONS, type Kind } from './functions.ts';
import { macroOf, type Node, parseExpression, stepNamed } from './syntax.ts';

/**
 * Types of expressions, looked at when a workflow is saved. A type is known where a JSON Schema says it and `dyn`
 * elsewhere; `dyn` goes with everything, so that only what cannot work is refused. Null is allowed everywhere: a step
 * that was skipped has null as its output.
 */
export type Type =
  | { kind: 'dyn' | 'null' | 'bool' | 'number' | 'text' | 'timestamp' | 'duration' }
  | { kind: 'list'; of: Type }
  /** `fields` by name; a name that is not there has type `of`, or is a mistake where there is no `of`. */
  | { kind: 'map'; fields: Readonly<Record<string, Type>>; of: Type | undefined };

export const DYN: Type = { kind: 'dyn' };
export const TEXT: Type = { kind: 'text' };
export const NUMBER: Type = { kind: 'number' };
const BOOL: Type = { kind: 'bool' };
const ANY_LIST: Type = { kind: 'list', of: DYN };

export interface ExpressionProblem {
  /** Place in the expression, from 0. */
  offset: number;
  message: string;
}

/** What an expression must give. */
export type Wanted = 'bool' | 'list';

/**
 * What is wrong with an expression: whether it can be read, and whether its parts go together. Names that are not in
 * `variables` are `dyn`: who knows which names there are says so.
 */
export function checkExpression(
  expression: string,
  { variables }: { variables: Readonly<Record<string, Type>> | TypeSource },
  wanted?: Wanted,
): ExpressionProblem[] {
  const source: TypeSource =
    typeof variables === 'function'
      ? variables // as it is
      : (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined);
  const { problems, type } = typeOf(expression, source);
  if (problems.length === 0 && wanted !== undefined && !fits(type, wanted))
    problems.push({
      offset: 0,
      message: `it gives a ${type.kind}, and a ${wanted === 'bool' ? 'true or false' : wanted} is needed`,
    });
  return problems;
}

/** The type of a name, and of a step behind `steps`; undefined where nobody knows. */
export type TypeSource = (name: string, isStep: boolean) => Type | undefined;

/** The type of an expression, `dyn` where it is not known, and what is wrong with it. */
export function typeOf(
  expression: string,
  variables: TypeSource,
): { type: Type; problems: ExpressionProblem[] } {
  const problems: ExpressionProblem[] = [];
  try {
    const tree = parseExpression(expression.trim());
    return { type: infer(tree, { variables, problems }), problems };
  } catch (error) {
    if (!(error instanceof CadreError)) throw error;
    problems.push({ offset: Number(error.values.offset ?? 0), message: String(error.values.detail) });
    return { type: DYN, problems };
  }
}

const fits = (type: Type, kind: string) => type.kind === 'dyn' || type.kind === kind;

interface Known {
  variables: TypeSource;
  problems: ExpressionProblem[];
}

function infer(node: Node, known: Known): Type {
  const of = (part: Node) => infer(part, known);
  const wrong = (message: string, at: number = node.start): Type => {
    known.problems.push({ offset: at, message });
    return DYN;
  };
  const need = (part: Node, kind: Type['kind'], what: string) => {
    const type = of(part);
    if (!fits(type, kind)) wrong(`${what}, and this is a ${type.kind}`, part.start);
  };
  const step = stepNamed(node);
  if (step !== undefined) return known.variables(step, true) ?? DYN;
  switch (node.op) {
    case 'value':
      return ofLiteral(node.args);
    case 'id':
      return known.variables(node.args, false) ?? DYN;
    case '.':
      return ofField(of(node.args[0]), node.args[1], (message) => wrong(message, node.pos));
    case '[]': {
      const [left, right] = [of(node.args[0]), of(node.args[1])];
      const key = node.args[1];
      if (left.kind === 'list')
        return fits(right, 'number') ? left.of : wrong(`an item of a list is named by a number`, key.start);
      if (left.kind === 'map' && !fits(right, 'text')) return wrong('a key of a map is a text', key.start);
      if (key.op === 'value' && typeof key.args === 'string')
        return ofField(left, key.args, (message) => wrong(message, key.start));
      return left.kind === 'dyn' || left.kind === 'map' ? DYN : wrong(`a ${left.kind} has no items`);
    }
    case 'list': {
      const [first = DYN, ...others] = node.args.map(of);
      return { kind: 'list', of: others.reduce(together, first) };
    }
    case 'map':
      for (const [key] of node.args) need(key, 'text', 'the keys of a map must be texts');
      return {
        kind: 'map',
        fields: Object.fromEntries(
          node.args.map(([key, value]) => [
            key.op === 'value' && typeof key.args === 'string' ? key.args : ' ',
            of(value),
          ]),
        ),
        of: DYN,
      };
    case '?:': {
      need(node.args[0], 'bool', 'what stands before ? must be true or false');
      return together(of(node.args[1]), of(node.args[2]));
    }
    case '&&':
    case '||':
      for (const part of node.args) need(part, 'bool', `what stands beside ${node.op} must be true or false`);
      return BOOL;
    case '!_':
      need(node.args, 'bool', 'what stands behind ! must be true or false');
      return BOOL;
    case '-_':
      need(node.args, 'number', 'only a number has a negative');
      return NUMBER;
    case 'call':
    case 'rcall':
      return ofCall(node, known, wrong);
    case '.?':
    case '[?]':
      return wrong('optional access is not part of the language; use has()');
    default: {
      const [left, right] = [of(node.args[0]), of(node.args[1])];
      const result = ofOperator(node.op, left, right);
      return result ?? wrong(`there is no ${left.kind} ${node.op} ${right.kind}`, node.args[0].start);
    }
  }
}

function ofLiteral(value: unknown): Type {
  if (typeof value === 'string') return TEXT;
  if (typeof value === 'boolean') return BOOL;
  return value === null ? { kind: 'null' } : NUMBER;
}

function ofField(type: Type, name: string, wrong: (message: string) => Type): Type {
  if (type.kind === 'dyn') return DYN;
  if (type.kind !== 'map') return wrong(`a ${type.kind} has no ${name}`);
  if (Object.hasOwn(type.fields, name)) return type.fields[name] ?? DYN;
  const names = Object.keys(type.fields).join(', ');
  return type.of ?? wrong(`there is no ${name} here${names ? `, only ${names}` : ''}`);
}

/** What both are: `dyn` when they differ, or when one may be null. */
function together(one: Type, other: Type): Type {
  if (one.kind === 'list' && other.kind === 'list') return { kind: 'list', of: together(one.of, other.of) };
  return one.kind === other.kind && one.kind !== 'map' ? one : DYN;
}

const COMPARABLE: ReadonlyArray<Type['kind']> = ['number', 'text', 'bool', 'timestamp', 'duration'];

function ofOperator(op: string, left: Type, right: Type): Type | undefined {
  const isOpen = left.kind === 'dyn' || right.kind === 'dyn';
  switch (op) {
    case '==':
    case '!=':
      return isOpen || left.kind === right.kind || left.kind === 'null' || right.kind === 'null'
        ? BOOL
        : undefined;
    case 'in': {
      if (right.kind === 'list') return isOpen || ofOperator('==', left, right.of) ? BOOL : undefined;
      return right.kind === 'dyn' || (right.kind === 'map' && fits(left, 'text')) ? BOOL : undefined;
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const known = [left, right].filter((type) => type.kind !== 'dyn');
      const comparable = known.every((type) => COMPARABLE.includes(type.kind));
      return comparable && (isOpen || left.kind === right.kind) ? BOOL : undefined;
    }
    default:
      return ofArithmetic(op, left, right);
  }
}

function ofArithmetic(op: string, left: Type, right: Type): Type | undefined {
  const pairs: Record<string, Type> = {
    'number,number': NUMBER,
    ...(op === '+' && {
      'text,text': TEXT,
      'list,list': together(left, right),
      'duration,timestamp': { kind: 'timestamp' },
    }),
    ...(op === '-' && { 'timestamp,timestamp': { kind: 'duration' } }),
    ...((op === '+' || op === '-') && {
      'timestamp,duration': { kind: 'timestamp' },
      'duration,duration': { kind: 'duration' },
    }),
  };
  if (left.kind !== 'dyn' && right.kind !== 'dyn') return pairs[`${left.kind},${right.kind}`];
  const possible = Object.keys(pairs).filter((pair) => {
    const [one = '', other = ''] = pair.split(',');
    return fits(left, one) && fits(right, other);
  });
  if (possible.length === 0) return undefined;
  return possible.length === 1 && possible[0] === 'number,number' ? NUMBER : DYN;
}

function ofCall(
  node: Extract<Node, { op: 'call' | 'rcall' }>,
  known: Known,
  wrong: (message: string, at?: number) => Type,
): Type {
  const [name] = node.args;
  if (node.op === 'call' && name === 'has') {
    const [asked] = node.args[1];
    if (asked?.op === '.') infer(asked.args[0], known);
    return BOOL;
  }
  const macro = macroOf(node);
  if (macro) return ofMacro(macro, known, wrong);
  const parts = node.op === 'rcall' ? [node.args[1], ...node.args[2]] : node.args[1];
  const rule = FUNCTIONS[name];
  parts.forEach((part, index) => {
    const type = infer(part, known);
    const taken = (rule?.takes[index] ?? []).map(typeOfKind);
    if (type.kind !== 'dyn' && !taken.some((one) => one.kind === type.kind))
      wrong(`${name}() does not take a ${type.kind}`, part.start);
  });
  return typeOfKind(rule?.gives ?? 'dyn');
}

function ofMacro(
  { name, over, variable, parts }: NonNullable<ReturnType<typeof macroOf>>,
  known: Known,
  wrong: (message: string, at?: number) => Type,
): Type {
  const list = infer(over, known);
  if (!['dyn', 'list', 'map'].includes(list.kind))
    wrong(`${name}() needs a list or a map, and this is a ${list.kind}`, over.start);
  const item = list.kind === 'list' ? list.of : list.kind === 'map' ? TEXT : DYN;
  const variables: TypeSource = (asked, isStep) =>
    !isStep && asked === variable ? item : known.variables(asked, isStep);
  const inner = { ...known, variables };
  const types = parts.map((part) => infer(part, inner));
  const asked = name === 'map' ? types.slice(0, -1) : types;
  asked.forEach((type, index) => {
    if (!fits(type, 'bool'))
      wrong(`${name}() asks for true or false of each, and this is a ${type.kind}`, parts[index]?.start);
  });
  if (name === 'map') return { kind: 'list', of: types.at(-1) ?? DYN };
  if (name === 'filter') return list.kind === 'list' ? list : { kind: 'list', of: item };
  return BOOL;
}

function typeOfKind(kind: Kind | 'dyn'): Type {
  if (kind === 'int' || kind === 'double') return NUMBER;
  if (kind === 'list') return ANY_LIST;
  if (kind === 'map') return { kind: 'map', fields: {}, of: DYN };
  return { kind };
}

const KIND_OF_SCHEMA: Record<string, Type['kind']> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'bool',
  null: 'null',
  array: 'list',
  object: 'map',
};

/** The type that a JSON Schema says; `dyn` where it allows several. */
export function typeOfSchema(schema: Json | undefined): Type {
  if (schema === undefined || schema === null || typeof schema !== 'object' || Array.isArray(schema))
    return DYN;
  const kind = typeof schema.type === 'string' ? KIND_OF_SCHEMA[schema.type] : undefined;
  if (kind === undefined) return DYN;
  if (kind === 'list') return { kind, of: typeOfSchema(schema.items) };
  if (kind !== 'map') return { kind };
  const { properties = {}, additionalProperties: others } = schema;
  if (properties === null || typeof properties !== 'object' || Array.isArray(properties)) return DYN;
  const fields = Object.entries(properties).map(([name, inner]) => [name, typeOfSchema(inner)]);
  // A schema that lists properties and says nothing of others allows them; who reads one has most likely mistyped it.
  const isOpen = others === true || (others === undefined && fields.length === 0);
  const of = isOpen ? DYN : typeof others === 'object' ? typeOfSchema(others) : undefined;
  return { kind, fields: Object.fromEntries(fields), of };
}
