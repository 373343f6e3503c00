import type { PlanNode, TaskStatus } from '../../api/models.ts';
import { everyPlace, type Flow, type FlowStep, placeOf } from './flow.ts';

/** How a step of a workflow stands in a task. `pending`: it has not begun; `skipped`: its condition did not hold. */
export type PlaceStatus = PlanNode['status'] | 'pending';

export interface PlaceState {
  status: PlaceStatus;
  /** The status in words, with how many of its items or rounds: "running, 12 of 40 items". */
  words: string;
  /** What became of it, in the order in which it began; one for each item or round that it stands in. */
  nodes: readonly PlanNode[];
}

const isOpen = ({ endedAt }: PlanNode): boolean => endedAt === null;

/** How each step of a workflow stands, by its place in the document. */
export function statesOf(flow: Flow, nodes: readonly PlanNode[]): Map<string, PlaceState> {
  const byPlace = Map.groupBy(nodes, ({ path }) => placeOf(path));
  const states = new Map<string, PlaceState>();
  for (const { place, step } of everyPlace(flow.steps)) {
    const own = byPlace.get(place) ?? [];
    const status = statusOf(own);
    states.set(place, { status, nodes: own, words: wordsOf(status, step, own, byPlace, place) });
  }
  return states;
}

/** Of several nodes of one step: what goes on says more than what ended, what failed more than what went well. */
function statusOf(nodes: readonly PlanNode[]): PlaceStatus {
  for (const status of ['running', 'waiting', 'failed', 'terminated', 'completed', 'skipped'] as const)
    if (nodes.some((node) => node.status === status)) return status;
  return 'pending';
}

function wordsOf(
  status: PlaceStatus,
  step: FlowStep,
  own: readonly PlanNode[],
  byPlace: ReadonlyMap<string, readonly PlanNode[]>,
  place: string,
): string {
  const words = STATUS_WORDS[status];
  if (own.length > 1) return inItems(own);
  const inside = itemsOf(step, own, byPlace, place);
  return inside === undefined ? words : `${words}, ${inside}`;
}

/** "3 completed, 1 failed" */
function inItems(nodes: readonly PlanNode[]): string {
  const counts = Map.groupBy(nodes, ({ status }) => status);
  return [...counts].map(([status, some]) => `${some.length} ${STATUS_WORDS[status]}`).join(', ');
}

/** How far a step is with its items or rounds; undefined for a step that has none, or has not begun. */
function itemsOf(
  step: FlowStep,
  [node]: readonly PlanNode[],
  byPlace: ReadonlyMap<string, readonly PlanNode[]>,
  place: string,
): string | undefined {
  if (!node) return undefined;
  const blocks = (byPlace.get(`${place}[]`) ?? []).filter(({ kind }) => kind === 'block');
  if (step.forEach !== undefined) {
    if (node.items === null) return undefined;
    const done = blocks.filter((block) => !isOpen(block)).length;
    const failed = blocks.filter(({ status }) => status === 'failed').length;
    return `${done} of ${node.items} items${failed > 0 ? `, ${failed} failed` : ''}`;
  }
  if (step.repeat) {
    const first = step.repeat.steps[0]?.name ?? '';
    const begun = byPlace.get(`${place}[].${first}`)?.length ?? 0;
    return `round ${Math.max(begun, blocks.length)} of at most ${step.repeat.max}`;
  }
  return undefined;
}

export const STATUS_WORDS: Readonly<Record<PlaceStatus, string>> = {
  pending: 'not begun',
  running: 'running',
  waiting: 'waiting',
  completed: 'completed',
  failed: 'failed',
  skipped: 'skipped',
  terminated: 'terminated',
};

/** The colours and sign of a status; skipped ones look like what was ended, with a sign of their own. */
export const lookOf = (status: PlaceStatus): TaskStatus => (status === 'skipped' ? 'terminated' : status);

/** What was known at a moment of the past: steps that had not begun are not there, those that had not ended run. */
export function nodesAt(nodes: readonly PlanNode[], atMs: number): PlanNode[] {
  return nodes
    .filter(({ startedAt }) => Date.parse(startedAt) <= atMs)
    .map((node) =>
      node.endedAt !== null && Date.parse(node.endedAt) > atMs
        ? { ...node, status: 'running', endedAt: null, error: null }
        : node,
    );
}

/** "each[3].load" → "item 4"; "loop[2].poll" → "round 2"; within both: "item 4, round 2". */
export function whichOf(path: string, flow: Flow): string {
  const places = new Map([...everyPlace(flow.steps)].map(({ place, step }) => [place, step]));
  const words: string[] = [];
  for (const match of path.matchAll(/\[(\d+)\]/g)) {
    const holder = places.get(placeOf(path.slice(0, match.index)));
    const at = Number(match[1]);
    words.push(holder?.repeat ? `round ${at}` : `item ${at + 1}`);
  }
  return words.join(', ');
}

/** How far a plan is, in words: "12 steps completed, 1 failed, 3 running". How many will come nobody knows. */
export function nodesInWords(nodes: readonly PlanNode[]): string {
  const steps = nodes.filter(({ kind }) => kind !== 'block');
  if (steps.length === 0) return 'no step has begun';
  const order = ['completed', 'failed', 'skipped', 'terminated', 'running', 'waiting'] as const;
  const parts = order.flatMap((status) => {
    const count = steps.filter((node) => node.status === status).length;
    return count === 0 ? [] : [{ count, word: STATUS_WORDS[status] }];
  });
  return parts
    .map(
      ({ count, word }, index) => `${count}${index === 0 ? (count === 1 ? ' step' : ' steps') : ''} ${word}`,
    )
    .join(', ');
}
