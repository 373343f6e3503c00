import { useEffect, useState } from 'react';

/** Drawings of what runs are this far apart, in milliseconds; slower for who asked for less motion. */
const EVERY_MS = 80;
const CALM_MS = 1_000;

/** The time now, moving while `runs`. The browser draws nothing, and so asks for nothing, while the tab is hidden. */
export function useDrawingClock(runs: boolean): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    setNowMs(Date.now());
    if (!runs) return;
    const everyMs = matchMedia('(prefers-reduced-motion: reduce)').matches ? CALM_MS : EVERY_MS;
    let last = Date.now();
    let frame = requestAnimationFrame(function draw() {
      const now = Date.now();
      if (now - last >= everyMs) {
        last = now;
        setNowMs(now);
      }
      frame = requestAnimationFrame(draw);
    });
    return () => cancelAnimationFrame(frame);
  }, [runs]);
  return nowMs;
}
