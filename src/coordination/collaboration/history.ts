import type { Json } from '../../platform/kernel/json.ts';

/** A contribution as later members see it. */
export interface HistoryEntry {
  agentId: string;
  agent: string;
  round: number;
  data: Json;
}

/** What fits of a history, in its order. */
export interface FittedHistory {
  /** The oldest of them may be cut: then `data` is the beginning of its JSON as text, and `cut` is true. */
  entries: Array<HistoryEntry & { cut?: true }>;
  /** Contributions before the first entry that did not fit at all. */
  leftOut: number;
}

/** A cut contribution shorter than this tells nothing. */
const LEAST_CUT_BYTES = 200;
const CUT_MARK = '…';

/**
 * The newest contributions that fit into `limitBytes` of JSON, in their order; the oldest of them is cut to what is
 * left. Pure; never fails for a large one.
 */
export function fitHistory(history: readonly HistoryEntry[], limitBytes: number): FittedHistory {
  const entries: FittedHistory['entries'] = [];
  let left = limitBytes - bytesOf([]);
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const entry = history[index] as HistoryEntry; // within the list
    const bytes = bytesOf(entry) + 1; // its comma
    if (bytes <= left) {
      entries.unshift(entry);
      left -= bytes;
      continue;
    }
    const cut = cutTo(entry, left - 1);
    if (cut) entries.unshift(cut);
    return { entries, leftOut: cut ? index : index + 1 };
  }
  return { entries, leftOut: 0 };
}

function cutTo(entry: HistoryEntry, limitBytes: number): (HistoryEntry & { cut: true }) | undefined {
  const text = JSON.stringify(entry.data);
  const room = limitBytes - bytesOf({ ...entry, data: CUT_MARK, cut: true });
  if (room < LEAST_CUT_BYTES) return undefined;
  // Quotes and control characters grow when the text is written as JSON again: halve until it fits.
  for (let length = Math.min(room, text.length); length > 0; length = Math.floor(length / 2)) {
    const part = { ...entry, data: `${text.slice(0, length).toWellFormed()}${CUT_MARK}`, cut: true as const };
    if (bytesOf(part) <= limitBytes) return part;
  }
  return undefined;
}

/** Bytes of a value as JSON. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value ?? null));
}
