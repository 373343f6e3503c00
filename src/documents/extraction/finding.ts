/** A mention before overlaps are settled, and how they are settled. */
import type { EntityKind, Mention } from '../document.ts';

export type MentionValue = NonNullable<Mention['value']>;

export interface Finding {
  kind: EntityKind;
  start: number;
  end: number;
  /** In [0, 1]. */
  confidence: number;
  value?: MentionValue;
}

/** Kinds whose form proves them stand before kinds that need judgement. */
const RANK: Record<EntityKind, number> = {
  url: 9,
  email: 9,
  identifier: 8,
  address: 7,
  date: 6,
  phone: 5,
  amount: 4,
  organisation: 3,
  person: 2,
  place: 1,
};

/** A finding with a value only when there is one. */
export function finding(
  kind: EntityKind,
  start: number,
  end: number,
  confidence: number,
  value?: MentionValue,
): Finding {
  return value === undefined ? { kind, start, end, confidence } : { kind, start, end, confidence, value };
}

/**
 * Findings without overlap, in order of place: the better kind wins, then the longer, then the surer.
 * Only an e-mail address or a url may lie inside a postal address.
 */
export function settleOverlaps(findings: Finding[]): Finding[] {
  const best = [...findings].sort(
    (a, b) =>
      RANK[b.kind] - RANK[a.kind] ||
      b.end - b.start - (a.end - a.start) ||
      b.confidence - a.confidence ||
      a.start - b.start,
  );
  const taken = new Spans();
  const addresses = new Spans();
  const kept: Finding[] = [];
  for (const item of best) {
    if (taken.overlaps(item.start, item.end)) {
      // An address around an e-mail address or url keeps its place.
      if (item.kind !== 'address' || !onlyContacts(kept, item)) continue;
    }
    if (addresses.overlaps(item.start, item.end)) continue;
    if (item.kind === 'address') addresses.add(item.start, item.end);
    else taken.add(item.start, item.end);
    kept.push(item);
  }
  return kept.sort((a, b) => a.start - b.start || b.end - a.end);
}

function onlyContacts(kept: Finding[], address: Finding): boolean {
  return kept.every(
    (other) =>
      other.end <= address.start ||
      other.start >= address.end ||
      ((other.kind === 'email' || other.kind === 'url') &&
        address.start <= other.start &&
        other.end <= address.end),
  );
}

/** Disjoint spans in order of start, asked by binary search. */
class Spans {
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  /** True when the span shares a character with one of the spans. */
  overlaps(start: number, end: number): boolean {
    const after = this.firstAtOrAfter(end);
    return after > 0 && (this.ends[after - 1] ?? 0) > start;
  }

  add(start: number, end: number): void {
    const at = this.firstAtOrAfter(start);
    this.starts.splice(at, 0, start);
    this.ends.splice(at, 0, end);
  }

  private firstAtOrAfter(position: number): number {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
