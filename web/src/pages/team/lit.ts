import type { CadreEvent } from '../../api/models.ts';

/** What glows in the picture: hops that just happened, until when (milliseconds of the page's clock). */
export type Lit = ReadonlyMap<string, number>;

/** How long a hop is seen, in milliseconds. */
export const LIT_MS = 2_500;

/** A hop as a key of the picture; the ends are ids, which have no line break. */
export const hopKey = (from: string, to: string): string => `${from}\n${to}`;

/** The hops that events tell of one team, added to those that glow; those that are over are left out. */
export function litAfter(before: Lit, events: readonly CadreEvent[], teamId: string, nowMs: number): Lit {
  const hops = events.flatMap(({ type, data }) =>
    (type === 'message.sent' || type === 'message.delivered') &&
    data.conversationId === `team:${teamId}` &&
    typeof data.from === 'string' &&
    typeof data.to === 'string'
      ? [hopKey(data.from, data.to)]
      : [],
  );
  const left = [...before].filter(([, until]) => until > nowMs);
  if (hops.length === 0 && left.length === before.size) return before;
  return new Map([...left, ...hops.map((hop): [string, number] => [hop, nowMs + LIT_MS])]);
}
