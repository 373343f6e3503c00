import type { CadreEvent } from '../api/models.ts';
import { followEvents, type LiveState, type StreamListener } from './stream.ts';

type Telling =
  | { kind: 'events'; events: CadreEvent[] }
  | { kind: 'state'; state: LiveState }
  | { kind: 'gap' }
  | { kind: 'hello' };

/**
 * One stream for all tabs of this browser: a browser opens six connections to a server and no more, and each
 * stream would take one for good. The tab that holds the lock follows the log and tells the others; when it is
 * closed, another takes over after the last event it saw. `who` keeps the sessions of different people apart.
 */
export function followTogether(who: string, listener: StreamListener): () => void {
  if (!('locks' in navigator)) return followEvents(undefined, listener); // plain HTTP on another machine's name
  const channel = new BroadcastChannel(`cadre-live:${who}`);
  const stop = new AbortController();
  let cursor: string | undefined;
  let state: LiveState = { kind: 'opening' };
  let leads = false;

  const see = (telling: Telling) => {
    if (telling.kind === 'events') {
      cursor = telling.events.at(-1)?.cursor ?? cursor;
      listener.onEvents(telling.events);
    } else if (telling.kind === 'state') {
      state = telling.state;
      listener.onState(state);
    } else if (telling.kind === 'gap') {
      listener.onGap();
    }
  };
  const tell = (telling: Telling) => {
    see(telling);
    channel.postMessage(telling);
  };
  channel.onmessage = ({ data }: MessageEvent<Telling>) => {
    if (data.kind !== 'hello') see(data);
    else if (leads) channel.postMessage({ kind: 'state', state } satisfies Telling);
  };
  channel.postMessage({ kind: 'hello' } satisfies Telling);

  const lead = () =>
    new Promise<void>((release) => {
      leads = true;
      const wasFollowing = state.kind !== 'opening';
      // Without a cursor nobody knows what the tab that led has missed while it was closing.
      if (wasFollowing && cursor === undefined) listener.onGap();
      const end = followEvents(cursor, {
        onEvents: (events) => tell({ kind: 'events', events }),
        onState: (next) => tell({ kind: 'state', state: next }),
        onGap: () => tell({ kind: 'gap' }),
      });
      stop.signal.addEventListener('abort', () => {
        end();
        release();
      });
    });
  navigator.locks.request(`cadre-live:${who}`, { signal: stop.signal }, lead).catch(() => undefined); // stopped while waiting
  return () => {
    stop.abort();
    channel.close();
  };
}
