import type { CadreEvent } from '../../../api/models.ts';

/** The log as a list without doubles, in the order of the log. */

/** Order of two cursors: by transaction, then by place in it. */
export function compareCursors(a: string, b: string): number {
  const [aTx = 0, aSeq = 0] = a.split('-').map(Number);
  const [bTx = 0, bSeq = 0] = b.split('-').map(Number);
  return aTx - bTx || aSeq - bSeq;
}

/** Both lists as one, oldest first, each event once; the first list itself when the second adds nothing. */
export function merge(known: readonly CadreEvent[], more: readonly CadreEvent[]): readonly CadreEvent[] {
  const seen = new Set(known.map((event) => event.cursor));
  const fresh: CadreEvent[] = [];
  for (const event of more) {
    if (seen.has(event.cursor)) continue;
    seen.add(event.cursor);
    fresh.push(event);
  }
  if (fresh.length === 0) return known;
  return [...known, ...fresh].sort((a, b) => compareCursors(a.cursor, b.cursor));
}

/** The events of one task: for a goal its whole tree, for a step only what is about it. */
export function eventsOf(
  events: readonly CadreEvent[],
  task: { id: string; rootId: string },
): readonly CadreEvent[] {
  if (task.id === task.rootId) return events.filter((event) => event.rootId === task.rootId);
  return events.filter((event) => event.taskId === task.id);
}
