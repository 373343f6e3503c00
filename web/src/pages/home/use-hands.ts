import { useCallback, useEffect, useRef, useState } from 'react';
import type { CadreEvent } from '../../api/models.ts';
import { useEvents, useWorking } from '../../live/live.tsx';
import { type Glimpse, glimpses, type Hands, nextHands } from './hands.ts';

/** What each agent does now or did last, slow enough to be seen. */
export function useHands(): Hands {
  const working = useWorking();
  const [hands, setHands] = useState<Hands>(new Map());
  const state = useRef({ hands, working, timer: 0 });

  const look = useCallback((seen: readonly Glimpse[]) => {
    const { current } = state;
    const nowMs = performance.now();
    const next = nextHands(current.hands, { working: current.working, seen, nowMs });
    current.hands = next.hands;
    setHands(next.hands);
    clearTimeout(current.timer);
    if (next.wakeAtMs !== undefined) current.timer = window.setTimeout(look, next.wakeAtMs - nowMs, []);
  }, []);

  useEffect(() => {
    state.current.working = working;
    look([]);
  }, [working, look]);
  useEffect(() => () => clearTimeout(state.current.timer), []);
  useEvents(
    useCallback(
      (events: readonly CadreEvent[]) => {
        const seen = glimpses(events);
        if (seen.length > 0) look(seen);
      },
      [look],
    ),
  );
  return hands;
}
