import { useEffect, useRef } from 'react';
import { useLiveState } from '../live/live.tsx';
import { notify } from '../parts/notices.tsx';
import { duration, useNow } from '../parts/time.tsx';

/** Says when the page is no longer up to date, since when, and that it comes back by itself. */
export function Connection() {
  const state = useLiveState();
  const wasLost = useRef(false);
  useEffect(() => {
    if (state.kind === 'live' && wasLost.current)
      notify('Cadre is back', 'The page is up to date again; nothing was lost.');
    wasLost.current = state.kind === 'lost' || (wasLost.current && state.kind !== 'live');
  }, [state]);
  return (
    <div role="status" aria-live="polite">
      {state.kind === 'lost' && <Lost since={state.since} />}
    </div>
  );
}

function Lost({ since }: { since: number }) {
  const now = useNow();
  return (
    <p className="border-b border-paused/40 bg-paused/10 px-4 py-2 text-sm md:px-8">
      <strong>Cadre does not answer</strong>
      {now - since > 2_000 && <> since {duration(now - since)}</>}. What you see may be old. The page tries
      again by itself; work that was begun is kept and goes on when the server does.
    </p>
  );
}
