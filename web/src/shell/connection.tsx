import { useEffect, useRef } from 'react';
import { call } from '../api/client.ts';
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
    // A stream does not tell why it ended. When the session is over, this request is refused, and the page asks to
    // sign in; when the server is away, it fails as the stream did.
    if (state.kind === 'lost') call('keys.whoami', {}).catch(() => undefined);
  }, [state]);
  return <div className="sticky top-0 z-20">{state.kind === 'lost' && <Lost since={state.since} />}</div>;
}

/** A blink of the connection is not worth a word. */
const WORTH_SAYING_MS = 1_500;

function Lost({ since }: { since: number }) {
  const away = useNow() - since;
  if (away < WORTH_SAYING_MS) return null;
  return (
    <div className="border-b border-paused/40 bg-card text-sm">
      <div className="bg-paused/10 px-4 py-2 md:px-8">
        <strong role="status" className="font-semibold">
          Cadre does not answer.
        </strong>{' '}
        {away < 10_000 ? 'What you see may be old.' : `What you see is ${duration(away)} old.`} The page tries
        again by itself, and work that was begun goes on when the server is back.
      </div>
    </div>
  );
}
