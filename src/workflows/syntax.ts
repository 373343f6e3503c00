import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { CadreError } from '../platform/kernel/errors.ts';
import { FUNCTIONS, MACROS } from './functions.ts';
import { MAX_EXPRESSION_CHARACTERS } from './language.ts';

/**
 * Expressions as trees. The grammar is that of CEL; what a tree may hold is decided here, before anything is
 * evaluated: which functions there are, how large it is, and how deep its macros stand in one another.
 */
export type Node = ASTNode;

/** Parts of one expression, and how deep they may stand in one another. */
export const MAX_NODES = 500;
export const MAX_DEPTH = 40;
/** `map`, `filter`, `all`, `exists` and `exists_one` inside one another. */
export const MAX_MACRO_NESTING = 3;
/** Expressions kept as trees, so that the rounds of a plan do not parse the same text again. */
const MAX_KEPT = 500;

const grammar = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: {
    maxAstNodes: MAX_NODES,
    maxDepth: MAX_DEPTH,
    maxListElements: MAX_NODES,
    maxMapEntries: MAX_NODES,
  },
});

/** Words that the grammar keeps for itself: no variable, and so no step, can have one as its name. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  [
    'as break const continue else false for function if import in let loop namespace null package return true var void',
    'while prototype constructor',
  ].flatMap((words) => words.split(' ')),
);

const kept = new Map<string, Node>();

/** The error of an expression, with the place in it from 0. */
export function faultIn(expression: string, at: number | undefined, detail: string): CadreError {
  const place = at === undefined ? '' : ` (at character ${at + 1})`;
  return new CadreError('workflow/expression', {
    expression,
    detail: `${detail}${place}`,
    ...(at !== undefined && { offset: at }),
  });
}

/** The tree of an expression. @throws CadreError `workflow/expression` */
export function parseExpression(expression: string): Node {
  const known = kept.get(expression);
  if (known) return known;
  if (expression.length > MAX_EXPRESSION_CHARACTERS)
    throw faultIn(
      `${expression.slice(0, 40)}…`,
      undefined,
      `it is longer than ${MAX_EXPRESSION_CHARACTERS} characters`,
    );
  const tree = grown(expression);
  checkTree(expression, tree, 0);
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? ''); // the oldest
  kept.set(expression, tree);
  return tree;
}

function grown(expression: string): Node {
  try {
    return grammar.parse(expression).ast;
  } catch (error) {
    // What the parser throws has a `summary` and a `range`; a stack that overflowed has neither.
    const { summary, range } = error as { summary?: string; range?: { start: number } };
    throw faultIn(expression, range?.start, inWords(summary ?? 'it cannot be read'));
  }
}

const SIGNS: Record<string, string> = {
  EOF: 'its end',
  LPAREN: '(',
  RPAREN: ')',
  LBRACKET: '[',
  RBRACKET: ']',
  LBRACE: '{',
  RBRACE: '}',
  DOT: '.',
  COMMA: ',',
  COLON: ':',
  QUESTION: '?',
  IDENTIFIER: 'a name',
};

/** What the parser says, without the names of its tokens. */
function inWords(summary: string): string {
  const plain = summary
    .replace(/\b[A-Z]{2,}\b/g, (token) => SIGNS[token] ?? token.toLowerCase())
    .replace(/^Exceeded max(\w+) \((\d+)\)/, 'it has more than $2 parts or is nested too deep');
  return plain.charAt(0).toLowerCase() + plain.slice(1);
}

/** Refuses what has no meaning here, wherever it stands. */
function checkTree(expression: string, node: Node, macros: number): void {
  if (node.op === 'value') {
    if (typeof node.args === 'object' && node.args !== null)
      throw faultIn(expression, node.start, 'bytes and unsigned numbers have no place in JSON');
    return;
  }
  if (node.op === 'call' || node.op === 'rcall') checkCall(expression, node, macros);
  const inner = macroOf(node) ? macros + 1 : macros;
  for (const child of childrenOf(node)) checkTree(expression, child, inner);
}

function checkCall(expression: string, node: Extract<Node, { op: 'call' | 'rcall' }>, macros: number): void {
  const [name] = node.args;
  const given = argumentsOf(node).length;
  const refuse = (detail: string) => faultIn(expression, node.start, detail);
  if (node.op === 'call' && name === 'has') {
    const [field] = argumentsOf(node);
    if (given !== 1 || field?.op !== '.') throw refuse('has() takes one field, as in has(input.title)');
    return;
  }
  if (node.op === 'rcall' && Object.hasOwn(MACROS, name)) {
    if (macros >= MAX_MACRO_NESTING)
      throw refuse(`more than ${MAX_MACRO_NESTING} of map, filter, all, exists stand in one another`);
    if (!MACROS[name]?.includes(given) || argumentsOf(node)[0]?.op !== 'id')
      throw refuse(
        `${name}() takes the name of a variable, then what is asked of each, as in list.${name}(x, …)`,
      );
    return;
  }
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  const count = node.op === 'rcall' ? given + 1 : given;
  if (!known || !(node.op === 'rcall' ? known.isMethod : known.isFunction)) {
    const why =
      name === 'matches' ? ': patterns can take for ever; use contains, startsWith or endsWith' : '';
    throw refuse(`there is no function ${name}()${why}`);
  }
  if (count < known.takes.length - (known.optional ?? 0) || count > known.takes.length)
    throw refuse(`${name}() does not take ${given} values`);
}

/** What a call is given in its parentheses. */
export function argumentsOf(node: Extract<Node, { op: 'call' | 'rcall' }>): Node[] {
  return node.op === 'call' ? node.args[1] : node.args[2];
}

/** A macro over the items of a list or the keys of a map; undefined for everything else. */
export function macroOf(
  node: Node,
): { name: string; over: Node; variable: string; parts: Node[] } | undefined {
  if (node.op !== 'rcall') return undefined;
  const [name, over, [variable, ...parts]] = node.args;
  if (!Object.hasOwn(MACROS, name) || variable?.op !== 'id') return undefined;
  return { name, over, variable: variable.args, parts };
}

/** The parts of a node that are nodes themselves; the variable of a macro is none. */
export function childrenOf(node: Node): Node[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case '!_':
    case '-_':
      return [node.args];
    case 'call':
      return node.args[1];
    case 'rcall': {
      const macro = macroOf(node);
      return macro ? [macro.over, ...macro.parts] : [node.args[1], ...node.args[2]];
    }
    case 'map':
      return node.args.flat();
    default:
      return node.args;
  }
}

/** What an expression reads: names that are not its own, and steps named behind `steps`. */
export interface Variables {
  /** With the place of the first mention. */
  names: Map<string, number>;
  steps: Map<string, number>;
  /** Place of a `steps` that is not followed by a name, as in `steps.map(…)`. */
  allSteps: number | undefined;
}

/** What an expression reads from outside. @throws CadreError `workflow/expression` */
export function variablesOf(expression: string): Variables {
  const found: Variables = { names: new Map(), steps: new Map(), allSteps: undefined };
  walk(parseExpression(expression), new Set());
  return found;

  function walk(node: Node, own: ReadonlySet<string>): void {
    const step = own.has('steps') ? undefined : stepNamed(node);
    if (step !== undefined) {
      if (!found.steps.has(step)) found.steps.set(step, node.start);
      if (!found.names.has('steps')) found.names.set('steps', node.start);
      return;
    }
    if (node.op === 'id' && !own.has(node.args)) {
      if (!found.names.has(node.args)) found.names.set(node.args, node.start);
      if (node.args === 'steps') found.allSteps ??= node.start;
    }
    const macro = macroOf(node);
    if (!macro) {
      for (const child of childrenOf(node)) walk(child, own);
      return;
    }
    walk(macro.over, own);
    for (const part of macro.parts) walk(part, new Set([...own, macro.variable]));
  }
}

/** `steps.load` and `steps["load"]` name a step. */
export function stepNamed(node: Node): string | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [left, right] = node.args;
  if (left.op !== 'id' || left.args !== 'steps') return undefined;
  if (typeof right === 'string') return right;
  return right.op === 'value' && typeof right.args === 'string' ? right.args : undefined;
}
