import { useSyncExternalStore } from 'react';

/** One clock for the page, so that a hundred "ago" texts need one timer. */
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  nowMs = Date.now();
  for (const each of listeners) each();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    timer = setInterval(tick, 1_000);
    tick(); // nobody looked for a while: the time that was kept is old
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time now in milliseconds, to the second; drawing again each second while it is used. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

/** "1.4 s", "2 min 5 s", "3 h 20 min": two units at most. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, ms / 1_000).toFixed(1)} s`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

function agoOf(ms: number): string {
  if (ms < 5_000) return 'just now';
  if (ms < 60_000) return `${Math.floor(ms / 1_000)} s ago`;
  return `${duration(ms).split(' ').slice(0, 2).join(' ')} ago`;
}

/** "just now", "12 s ago", "3 days ago", with the exact time on hover and for machines. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  const ms = now - Date.parse(at);
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {agoOf(ms)}
    </time>
  );
}
