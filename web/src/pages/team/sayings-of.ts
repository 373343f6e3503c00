import type { Message } from '../../api/models.ts';

/** What was said once in a team: all its hops, first one first. */
export interface Saying {
  id: string;
  hops: Message[];
}

/** Messages of a team, newest first, by what was said; the newest saying first. Answers belong to what they answer. */
export function sayingsOf(messages: readonly Message[]): Saying[] {
  return [...Map.groupBy(messages, ({ correlationId }) => correlationId)].map(([id, own]) => ({
    id,
    hops: own.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  }));
}
