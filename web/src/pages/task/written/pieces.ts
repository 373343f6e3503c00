/** A piece of a model's text as it comes (`text.delta` of tasks.stream). */
export interface Piece {
  taskId: string;
  agentId: string | null;
  turn: string;
  text: string;
}

/** What each task has written in the turn that goes on. */
export type Written = ReadonlyMap<string, { turn: string; text: string }>;

/** Letters of a turn that are kept: the end is what is being written. */
export const MOST_LETTERS = 6_000;

/** Adds pieces in their order: another turn of a task begins anew. */
export function addPieces(before: Written, pieces: readonly Piece[]): Written {
  if (pieces.length === 0) return before;
  const next = new Map(before);
  for (const { taskId, turn, text } of pieces) {
    const known = next.get(taskId);
    const whole = known?.turn === turn ? known.text + text : text;
    next.set(taskId, { turn, text: whole.slice(-MOST_LETTERS) });
  }
  return next;
}

/** A piece as the stream sent it; undefined for what has another form. */
export function readPiece(data: string): Piece | undefined {
  try {
    const { taskId, agentId, turn, text }: Partial<Record<string, unknown>> = JSON.parse(data);
    if (typeof taskId !== 'string' || typeof turn !== 'string' || typeof text !== 'string') return undefined;
    return { taskId, agentId: typeof agentId === 'string' ? agentId : null, turn, text };
  } catch {
    return undefined;
  }
}
