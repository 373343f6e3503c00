import { useCallback, useEffect, useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import type { CadreEvent } from '../../api/models.ts';
import { useEvents, useWorking } from '../../live/live.tsx';
import { type Glimpse, type Goals, glimpses, type Hands, nextHands } from './hands.ts';

/** What each agent does now or did last, slow enough to be seen. */
export function useHands(): Hands {
  const working = useWorking();
  const [hands, setHands] = useState<Hands>(new Map());
  const state = useRef({ hands, working, goals: new Map() as Goals, timer: 0 });

  const look = useCallback((seen: readonly Glimpse[]) => {
    const { current } = state;
    const nowMs = performance.now();
    const { working: now, goals } = current;
    const next = nextHands(current.hands, { working: now, seen, goals, nowMs });
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
  useEffect(() => {
    // Steps that were planned before this page was opened: their events do not repeat what they are.
    call('tasks.list', { status: 'pending,running', all: true, limit: 200 })
      .then(({ items }) => {
        for (const { id, goal } of items) state.current.goals.set(id, goal);
        look([]);
      })
      .catch(() => undefined); // they are shown without words; the state of the stream tells that the server is away
  }, [look]);
  useEvents(
    useCallback(
      (events: readonly CadreEvent[]) => {
        const seen = glimpses(events, state.current.goals);
        if (seen.length > 0) look(seen);
      },
      [look],
    ),
  );
  return hands;
}
