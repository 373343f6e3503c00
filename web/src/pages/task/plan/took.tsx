import { createContext, useContext } from 'react';
import { duration } from '../../../parts/time.tsx';
import { type Step, tookMs } from '../steps.ts';
import { useDrawingClock } from '../timeline/use-drawing-clock.ts';

/** The moment of a replay; undefined while the page is live. Read by running steps only, so that only they move. */
export const Moment = createContext<number | undefined>(undefined);

/** How long a step worked; it counts on while the step runs. */
export function Took({ step }: { step: Step }) {
  if (step.startedAt === null) return null;
  if (step.completedAt !== null) return duration(tookMs(step, step.completedAt) ?? 0);
  return <Counting step={step} />;
}

function Counting({ step }: { step: Step }) {
  const atMs = useContext(Moment);
  const runs = step.status === 'running' || step.status === 'waiting';
  const nowMs = useDrawingClock(runs && atMs === undefined);
  return duration(tookMs(step, atMs ?? nowMs) ?? 0);
}
