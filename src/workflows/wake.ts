import type { EventReader } from '../messages/follower.ts';
import { type EventRecord, parseCursor } from '../platform/events/events.ts';

import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { Runs } from '../platform/runs/runs.ts';
import { isBehind } from '../platform/store/events.ts';
import { selectMessage } from '../platform/store/messages.ts';
import {
  endWait,
  selectAwaited,
  selectNodeAt,
  selectWaitsFor,
  updateNodeData,
} from '../platform/store/plans.ts';
import type { PlanWaitRow, TaskRow } from '../platform/store/schema.ts';
import { selectTask } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { goOnRun } from '../tasks/settle.ts';
import type { Fact } from './advance.ts';
import { evaluate, type Scope } from './expression.ts';
import type { NodeData } from './node.ts';
import { blocksTo } from './places.ts';
import { scopeIn } from './scope.ts';
import { createTableBook } from './table.ts';
import { definitionOf } from './versions.ts';

/**
 * Wakes the steps of plans that wait for an event or for a message on a topic. What came is kept with the wait and the
 * plan's next run is made in the follower's transaction, with its place in the log: nothing is missed or taken twice.
 * The plan itself goes on in that run, so that a plan that fails there fails alone and the log does not stand still.
 */
export function planWaits({ runs }: { runs: Runs }): EventReader {
  return {
    async open(tx) {
      const awaited = await selectAwaited(tx);
      if (awaited.length === 0) return undefined;
      const names = new Set(awaited.map(({ kind, name }) => keyOf(kind, name)));
      /** Open waits, by what they wait for; each list is read once in a turn. */
      const kept = new Map<string, Waiting[]>();

      const waitsFor = async (kind: Kind, name: string): Promise<Waiting[]> => {
        const key = keyOf(kind, name);
        if (!names.has(key)) return [];
        const known = kept.get(key) ?? (await selectWaitsFor(tx, kind, name)).map((row) => ({ row }));
        kept.set(key, known);
        return known;
      };
      /** Gives what came to all who wait for it; those whom it woke wait no more. */
      const give = async (kind: Kind, name: string, came: () => Promise<Scope>, cursor: string) => {
        const waiting = await waitsFor(kind, name);
        const later = waiting.filter(({ row }) => isMeant(cursor, row));
        if (later.length === 0) return;
        const scope = await came();
        const woken = new Set<Waiting>();
        for (const one of later) if (await wake(tx, runs, one, scope)) woken.add(one);
        kept.set(
          keyOf(kind, name),
          waiting.filter((one) => !woken.has(one)),
        );
      };
      return {
        async read(event) {
          for (const name of [event.type, kindOf(event)])
            await give('event', name, async () => ({ event: shown(event) }), event.cursor);
          if (event.type === 'topic.published' && typeof event.data.topic === 'string')
            await give('topic', event.data.topic, () => messageOf(tx, event), event.cursor);
          return [];
        },
      };
    },
  };
}

type Kind = 'event' | 'topic';
const keyOf = (kind: Kind, name: string) => `${kind} ${name}`;

/** `task.*` stands for every type of that kind. */
const kindOf = ({ type }: EventRecord) => `${type.split('.')[0]}.*`;

/** A wait, with the task it belongs to and what its condition sees, once they were read. */
interface Waiting {
  row: PlanWaitRow;
  task?: TaskRow | undefined;
  around?: Scope;
}

/** Only what stands in the log behind the beginning of the wait counts. */
const isMeant = (cursor: string, { from_txid, from_seq }: PlanWaitRow): boolean =>
  isBehind(parseCursor(cursor), { txid: Number(from_txid), seq: Number(from_seq) });

/** Ends a wait with what came when its condition holds; answers whether it did. */
async function wake(tx: TenantTx, runs: Runs, waiting: Waiting, came: Scope): Promise<boolean> {
  const { row } = waiting;
  waiting.task ??= await selectTask(tx, row.task_id);
  const { task } = waiting;
  if (!task) return false;
  try {
    if (row.condition !== null) {
      waiting.around ??= await aroundOf(tx, task, row);
      const holds = evaluate(row.condition, { ...waiting.around, ...came });
      if (typeof holds !== 'boolean')
        throw new CadreError('workflow/expression', {
          expression: row.condition,
          detail: 'it is neither true nor false',
        });
      if (!holds) return false;
    }
  } catch (error) {
    // What came does not fit the condition: the wait goes on, and says so.
    if (!(error instanceof CadreError) || !error.code.startsWith('workflow/')) throw error;
    await noteError(tx, row, error.message);
    return false;
  }
  const fact: Fact = {
    path: row.path,
    block: row.block,
    outcome: { status: 'completed', output: (came.event ?? came.message) as Json }, // one of them is there
  };
  if (await endWait(tx, row.task_id, row.path, JSON.stringify(fact))) await runs.enqueue(tx, [goOnRun(task)]);
  return true;
}

/** What a step in the block of the wait sees. */
async function aroundOf(tx: TenantTx, task: TaskRow, { block }: PlanWaitRow): Promise<Scope> {
  const { workflow } = await definitionOf(tx, task);
  const book = createTableBook(tx, task.id);
  return scopeIn({ book, taskId: task.id, input: JSON.parse(task.input) }, blocksTo(workflow, block));
}

async function noteError(tx: TenantTx, { task_id: taskId, path }: PlanWaitRow, message: string) {
  const node = await selectNodeAt(tx, taskId, path);
  if (!node) return;
  const data: NodeData = JSON.parse(node.data);
  if (data.lastError === message) return;
  await updateNodeData(tx, { taskId, path }, JSON.stringify({ ...data, lastError: message }));
}

/** An event as an expression sees it, and as the output of the step that waited for it. */
const shown = ({ type, at, taskId, agentId, data }: EventRecord): Json => ({
  type,
  at,
  taskId,
  agentId,
  data: data as Json, // it came from JSON
});

/** The message that was published: of one that nobody got, the event itself carries the payload. */
async function messageOf(tx: TenantTx, { at, data }: EventRecord): Promise<Scope> {
  const { topic, publicationId, messageId, from, subject, payload } = data as Record<string, Json>; // from JSON
  const row = typeof messageId === 'string' ? await selectMessage(tx, messageId) : undefined;
  return {
    message: {
      topic: topic ?? null,
      id: publicationId ?? null,
      at,
      from: from ?? null,
      subject: subject ?? null,
      payload: row ? JSON.parse(row.payload) : (payload ?? null),
    },
  };
}
