import { useEffect, useMemo, useRef, useState } from 'react';
import type { Task } from '../../../api/models.ts';
import type { Step } from '../steps.ts';
import { type Scale, scaleOf, stepsAt } from './replay.ts';

/** A run that can be watched again. While it is live, `steps` are as they are and `atMs` is undefined. */
export interface Replay {
  steps: readonly Step[];
  /** The moment that is shown; undefined while the page is live. */
  atMs: number | undefined;
  fromMs: number;
  /** The last moment of the run; while the run is open, that of its last known step. */
  toMs: number;
  /** 0 to 1; 1 while live. */
  place: number;
  playing: boolean;
  /** False while there is nothing to watch again. */
  possible: boolean;
  play(): void;
  pause(): void;
  seek(place: number): void;
  goLive(): void;
}

/** The whole run passes in this time. */
const WHOLE_MS = 8_000;
/** Drawings of a replay are this far apart: a plan of hundreds of steps must not keep the page busy. */
const EVERY_MS = 50;

/** Lets a run be watched again, from its own times. */
export function useReplay(task: Task, steps: readonly Step[]): Replay {
  const [place, setPlace] = useState<number>();
  const [playing, setPlaying] = useState(false);
  const last = useRef(0);
  const fromMs = Date.parse(task.createdAt);
  const toMs = useMemo(() => endOf(task, steps), [task, steps]);
  const scale = useMemo<Scale>(() => scaleOf(steps, fromMs, toMs), [steps, fromMs, toMs]);

  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    let before: number | undefined;
    let drawn = 0;
    const draw = (now: number) => {
      last.current = Math.min(1, last.current + (before === undefined ? 0 : (now - before) / WHOLE_MS));
      before = now;
      if (last.current >= 1) {
        setPlaying(false);
        setPlace(undefined);
        return;
      }
      if (now - drawn >= EVERY_MS) {
        drawn = now;
        setPlace(last.current);
      }
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [playing]);

  const atMs = place === undefined ? undefined : scale.timeAt(place);
  const shown = useMemo(() => (atMs === undefined ? steps : stepsAt(steps, atMs)), [steps, atMs]);
  // The same object while nothing of it changes: what stands below is then left as it is.
  return useMemo(() => {
    const seek = (next: number) => {
      last.current = next;
      setPlace(next);
    };
    return {
      steps: shown,
      atMs,
      fromMs,
      toMs,
      place: place ?? 1,
      playing,
      possible: steps.some((step) => step.completedAt !== null),
      play() {
        seek(place === undefined || place >= 1 ? 0 : place);
        setPlaying(true);
      },
      pause: () => setPlaying(false),
      seek(next) {
        setPlaying(false);
        if (next >= 1) setPlace(undefined);
        else seek(next);
      },
      goLive() {
        setPlaying(false);
        setPlace(undefined);
      },
    };
  }, [shown, atMs, fromMs, toMs, place, playing, steps]);
}

function endOf(task: Task, steps: readonly Step[]): number {
  if (task.completedAt !== null) return Date.parse(task.completedAt);
  return Math.max(
    Date.parse(task.createdAt),
    ...steps.flatMap(({ startedAt, completedAt }) => [startedAt ?? 0, completedAt ?? 0]),
  );
}
