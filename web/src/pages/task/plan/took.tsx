import { duration } from '../../../parts/time.tsx';
import { type Step, tookMs } from '../steps.ts';
import { useDrawingClock } from '../timeline/use-drawing-clock.ts';

/** How long a step worked; it counts on while the step runs. `atMs`: the moment of a replay. */
export function Took({ step, atMs }: { step: Step; atMs: number | undefined }) {
  if (step.startedAt === null) return null;
  if (step.completedAt !== null || atMs !== undefined) return duration(tookMs(step, atMs ?? 0) ?? 0);
  return <Counting step={step} />;
}

function Counting({ step }: { step: Step }) {
  return duration(tookMs(step, useDrawingClock(true)) ?? 0);
}
