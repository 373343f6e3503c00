import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long work waits for the one thread that does it: milliseconds beyond what was asked for. */
export interface Lag {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** A look at the clock of the loop every so often; what is measured contains it. Each look costs also when all is idle. */
const RESOLUTION_MS = 50;
/** The time that is told of. */
const WINDOW_MS = 10_000;
const NANOSECONDS_A_MS = 1e6;

/** Measures the lag of the event loop: of the last whole ten seconds, or of now where that is worse. */
export function watchLag(): { read(): Lag; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let last: Lag = { p50Ms: 0, p99Ms: 0, maxMs: 0 };
  const turn = setInterval(() => {
    last = lagIn(histogram);
    histogram.reset();
  }, WINDOW_MS);
  turn.unref();
  return {
    read() {
      const now = lagIn(histogram);
      return {
        p50Ms: Math.max(last.p50Ms, now.p50Ms),
        p99Ms: Math.max(last.p99Ms, now.p99Ms),
        maxMs: Math.max(last.maxMs, now.maxMs),
      };
    },
    stop() {
      clearInterval(turn);
      histogram.disable();
    },
  };
}

function lagIn(histogram: ReturnType<typeof monitorEventLoopDelay>): Lag {
  const of = (nanoseconds: number) =>
    Number.isFinite(nanoseconds)
      ? Math.max(0, Math.round((nanoseconds / NANOSECONDS_A_MS - RESOLUTION_MS) * 10) / 10)
      : 0; // nothing was measured yet
  return {
    p50Ms: of(histogram.percentile(50)),
    p99Ms: of(histogram.percentile(99)),
    maxMs: histogram.count === 0 ? 0 : of(histogram.max),
  };
}
