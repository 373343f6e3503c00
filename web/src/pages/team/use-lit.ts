import { useCallback, useEffect, useState } from 'react';
import type { CadreEvent } from '../../api/models.ts';
import { useEvents } from '../../live/live.tsx';
import { type Lit, litAfter } from './lit.ts';

const NOTHING: Lit = new Map();

/** Hops of a team that happen right now. */
export function useLit(teamId: string): Lit {
  const [lit, setLit] = useState(NOTHING);
  useEvents(
    useCallback(
      (events: readonly CadreEvent[]) =>
        setLit((before) => litAfter(before, events, teamId, performance.now())),
      [teamId],
    ),
  );
  useEffect(() => {
    if (lit.size === 0) return;
    const soonest = Math.min(...lit.values());
    const timer = setTimeout(
      () => setLit((before) => litAfter(before, [], teamId, performance.now())),
      Math.max(0, soonest - performance.now()) + 20,
    );
    return () => clearTimeout(timer);
  }, [lit, teamId]);
  return lit;
}
