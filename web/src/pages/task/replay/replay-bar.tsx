import { Pause, Play, Radio } from 'lucide-react';
import { isFinal, type TaskStatus } from '../../../api/models.ts';
import { Button } from '../../../parts/button.tsx';
import { duration } from '../../../parts/time.tsx';
import { progressOf } from '../steps.ts';
import type { Replay } from './use-replay.ts';

/** Watch the run again: play, stop, go to any moment, and back to now. */
export function ReplayBar({ replay, status }: { replay: Replay; status: TaskStatus }) {
  const { possible, atMs, fromMs, toMs, place, playing, steps } = replay;
  const { done, total } = progressOf(steps);
  if (total === 0) return null;
  const shownMs = (atMs ?? toMs) - fromMs;
  return (
    <fieldset aria-label="Watch the run again" className="flex min-w-0 items-center gap-3">
      <Button
        small
        disabled={!possible}
        onClick={playing ? replay.pause : replay.play}
        aria-label={playing ? 'Stop the replay' : 'Replay the run'}
        title={playing ? 'Stop the replay' : 'Replay the run in about 8 seconds'}
      >
        {playing ? (
          <Pause aria-hidden="true" className="size-4" />
        ) : (
          <Play aria-hidden="true" className="size-4" />
        )}
        <span className="hidden sm:inline">{playing ? 'Stop' : 'Replay'}</span>
      </Button>
      <input
        type="range"
        min={0}
        max={1}
        step={0.005}
        disabled={!possible}
        value={place}
        onChange={(event) => replay.seek(event.currentTarget.valueAsNumber)}
        aria-label="Moment of the run"
        aria-valuetext={`${duration(shownMs)} of ${duration(toMs - fromMs)}, ${done} of ${total} steps done`}
        className="h-6 min-w-0 flex-1 accent-accent"
      />
      <span className="w-24 shrink-0 text-right text-sm text-soft tabular-nums sm:w-32">
        {atMs === undefined && !isFinal(status) ? (
          'live'
        ) : (
          <>
            {duration(shownMs)} <span className="hidden sm:inline">of {duration(toMs - fromMs)}</span>
          </>
        )}
      </span>
      {atMs !== undefined && (
        <Button small look="quiet" onClick={replay.goLive}>
          <Radio aria-hidden="true" className="size-4" />
          {isFinal(status) ? 'The end' : 'Live'}
        </Button>
      )}
    </fieldset>
  );
}
