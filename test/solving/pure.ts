import {
  commonErrorShare,
  type Difference,
  type JudgedTask,
  pairedDifference,
} from '../../src/coordination/solving/gain.ts';
import {
  expectedRight,
  inAskingOrder,
  isSettled,
  METHODS,
  type Method,
  posteriorOf,
  type Said,
  type Solver,
  verdictOf,
} from '../../src/coordination/solving/odds.ts';
import { seededRandom } from '../../src/platform/kernel/random.ts';
import { OPTIONS, taskOf, type World } from './world.ts';

/** The methods over thousands of labelled tasks, by the very rules that the product decides with. */
export interface PureOptions {
  world: World;
  seeds: readonly number[];
  /** Tasks of each seed that agents are known by before (at most 300), and tasks that are counted. */
  learned: number;
  tasks: number;
  threshold?: number;
  /** Whether a cascade shows its board, and how often an agent that sees it copies what leads. */
  board?: { copying: number; discounts: boolean };
}

export interface MethodFigures {
  method: Method;
  /** Share that was right. A question without an answer is a wrong one. */
  share: number;
  /** For one task, in thousandths of a dollar. */
  cost: number;
  /** Agents asked for one task. */
  asked: number;
  /** Against the best single agent, over the very same tasks. */
  gain: Difference;
}

export interface PureFigures {
  world: string;
  sharedErrors: number;
  learned: number;
  tasks: number;
  board: { copying: number; discounts: boolean } | null;
  /** Share that the best single agent had right, chosen on 300 earlier tasks. */
  single: number;
  methods: MethodFigures[];
  /** As estimated from the answers, by the rule of the product. */
  commonErrors: number | null;
}

export function simulate(options: PureOptions): PureFigures {
  const { world, seeds, learned, tasks, threshold = 0.85, board } = options;
  const count = () => ({ right: 0, cost: 0, asked: 0, only: 0, onlyBest: 0 });
  const totals = new Map(METHODS.map((method) => [method, count()]));
  const judged: JudgedTask[] = [];
  let single = 0;
  for (const seed of seeds) {
    const solvers = known(world, seed, learned);
    const reference = inAskingOrder('best', known(world, seed, REFERENCE_TASKS))[0]?.id ?? '';
    const copies = seededRandom(seed + 7_000_000);
    for (let number = FIRST; number < FIRST + tasks; number += 1) {
      const { truth, answers } = taskOf(world, seed, number);
      const rights = new Map<Method, boolean>();
      for (const method of METHODS) {
        const { answer, cost, asked } = solve(method, solvers, answers, {
          threshold,
          ...(board && { sees: board, copies: () => copies() < board.copying }),
        });
        const total = totals.get(method) ?? count();
        rights.set(method, answer === truth);
        total.right += answer === truth ? 1 : 0;
        total.cost += cost;
        total.asked += asked;
      }
      const isReferenceRight = answers[reference] === truth;
      single += isReferenceRight ? 1 : 0;
      for (const method of METHODS) {
        const total = totals.get(method) ?? count();
        total.only += rights.get(method) && !isReferenceRight ? 1 : 0;
        total.onlyBest += !rights.get(method) && isReferenceRight ? 1 : 0;
      }
      judged.push({
        teamRight: rights.get('vote') ?? false,
        teamCostUsd: 0,
        teamMessages: 0,
        answers: world.operators.map(({ name }) => ({
          agentId: name,
          right: answers[name] === truth,
          costUsd: 0,
        })),
      });
    }
  }
  const n = seeds.length * tasks;
  return {
    world: world.name,
    sharedErrors: world.sharedErrors,
    learned,
    tasks: n,
    board: board ?? null,
    single: single / n,
    methods: METHODS.map((method) => {
      const { right, cost, asked, only, onlyBest } = totals.get(method) ?? count();
      const gain = pairedDifference(only, onlyBest, n);
      return { method, share: right / n, cost: (cost / n) * 1_000, asked: asked / n, gain };
    }),
    commonErrors: commonErrorShare(judged),
  };
}

/** The best single agent is chosen on these first tasks, none of which is counted. */
const REFERENCE_TASKS = 300;
const FIRST = REFERENCE_TASKS;

/** The operators as Cadre knows them after `learned` judged tasks. */
function known(world: World, seed: number, learned: number): Solver[] {
  return world.operators.map(({ name, stated, costUsd }) => {
    let succeeded = 0;
    for (let number = 0; number < learned; number += 1) {
      const { truth, answers } = taskOf(world, seed, number);
      if (answers[name] === truth) succeeded += 1;
    }
    return { id: name, p: expectedRight({ stated, succeeded, failed: learned - succeeded }), costUsd, ms: 1 };
  });
}

function solve(
  method: Method,
  solvers: readonly Solver[],
  answers: Readonly<Record<string, string>>,
  how: { threshold: number; sees?: { discounts: boolean }; copies?: () => boolean },
): { answer: string | null; cost: number; asked: number } {
  const said: Said[] = [];
  let cost = 0;
  for (const { id, p, costUsd } of inAskingOrder(method, solvers)) {
    const own = answers[id] ?? '';
    const leading = method === 'cascade' && how.sees && said.length > 0 ? leadingOf(said) : undefined;
    const option = leading !== undefined && how.copies?.() ? leading : own;
    said.push({ option, p, follows: how.sees?.discounts === true && option === leading });
    cost += costUsd;
    if (method === 'best') break;
    if (method === 'cascade' && isSettled(posteriorOf(said, OPTIONS), how.threshold)) break;
  }
  return { answer: verdictOf(method, posteriorOf(said, OPTIONS), 0).answer, cost, asked: said.length };
}

const leadingOf = (said: readonly Said[]): string => posteriorOf(said, OPTIONS).options[0]?.option ?? '';
