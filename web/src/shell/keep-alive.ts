import { useEffect } from 'react';
import { call } from '../api/client.ts';

/** A session ends after 30 minutes without a request; a person who reads asks for nothing. */
export const SIGN_OF_LIFE_EVERY_MS = 5 * 60_000;

/** Calls `tell` at signs of life, at most once in `everyMs`; the first of them only after `everyMs`. */
export function atSignsOfLife(tell: () => void, nowMs: () => number, everyMs = SIGN_OF_LIFE_EVERY_MS) {
  let lastMs = nowMs();
  return () => {
    if (nowMs() - lastMs < everyMs) return;
    lastMs = nowMs();
    tell();
  };
}

/** Keeps the session while somebody moves, types or scrolls here. Who is away is signed out as promised. */
export function useKeepAlive(): void {
  useEffect(() => {
    const stop = new AbortController();
    const tell = () => {
      // A refusal shows the sign-in page (client.ts); an absent server is told by the connection.
      call('keys.whoami', {}).catch(() => undefined);
    };
    const sign = atSignsOfLife(tell, Date.now);
    for (const type of ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchmove'])
      addEventListener(type, sign, { signal: stop.signal, passive: true });
    return () => stop.abort();
  }, []);
}
