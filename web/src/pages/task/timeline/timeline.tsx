import { ChartNoAxesGantt } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { isFinal, type Task } from '../../../api/models.ts';
import { Empty } from '../../../parts/empty.tsx';
import { duration } from '../../../parts/time.tsx';
import { ReplayBar } from '../replay/replay-bar.tsx';
import type { Replay } from '../replay/use-replay.ts';
import { type Step, stepsOf } from '../steps.ts';
import { Bars, barInWords, ROW_HEIGHT } from './bars.tsx';
import { type Chart, chartOf, widthOf } from './gantt.ts';
import { useDrawingClock } from './use-drawing-clock.ts';
import { useFollow } from './use-follow.ts';

interface TimelineProps {
  task: Task;
  replay: Replay;
  onOpen(step: string): void;
}

/** When who did what: a lane for each agent, a bar for each step. */
export function Timeline({ task, replay, onOpen }: TimelineProps) {
  const steps = replay.steps.length > 0 ? replay.steps : aloneOf(task);
  if (steps.length === 0) {
    return (
      <Empty title="Nothing has happened yet" icon={<ChartNoAxesGantt className="size-8" />}>
        {isFinal(task.status)
          ? 'The task ended before anybody began; the reason stands above.'
          : 'When steps begin, each appears here as a bar in the lane of its agent.'}
      </Empty>
    );
  }
  return (
    <div className="space-y-5">
      <ReplayBar replay={replay} status={task.status} />
      <Drawn task={task} steps={steps} replay={replay} onOpen={onOpen} />
    </div>
  );
}

/** A task without a plan is one bar of its own. */
function aloneOf(task: Task): Step[] {
  if (task.startedAt === null || task.agentName === null) return [];
  return stepsOf({ plan: null, subtasks: [{ ...task, step: null, dependsOn: [] }] });
}

function Drawn({ task, steps, replay, onOpen }: TimelineProps & { steps: readonly Step[] }) {
  const live = replay.atMs === undefined;
  const open = task.completedAt === null && task.status !== 'paused';
  const clockMs = useDrawingClock(live && open);
  const [pointed, setPointed] = useState<string>();
  const [focused, setFocused] = useState<string>();
  const nowMs = replay.atMs ?? (open ? clockMs : Math.max(replay.toMs, lastOf(steps)));
  const whole = live ? nowMs : replay.toMs;
  const chart = useMemo(
    () => chartOf(steps, { fromMs: replay.fromMs, nowMs, toMs: whole }),
    [steps, replay.fromMs, nowMs, whole],
  );
  const isAlone = task.plan === null;
  const openBar = useCallback(
    (name: string) => {
      if (!isAlone) onOpen(name);
    },
    [isAlone, onOpen],
  );
  const moves = !live || open;
  const bars = chart.lanes.flatMap((lane) => lane.bars);
  const { scroller, onScroll } = useFollow(
    moves ? (nowMs - replay.fromMs) / chart.spanMs : undefined,
    Math.min(1, ...bars.flatMap(({ workFrom, workedMs }) => (workedMs === undefined ? [] : [workFrom]))),
  );
  const shown = bars.find((bar) => bar.step.name === pointed);
  // Growing bars are drawn many times a second; in words they change when a step does.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart of that moment is meant
  const told = useMemo(() => chart, [steps]);
  return (
    <div>
      <div className="mb-2 flex min-h-6 flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="text-lg font-semibold">Who worked when</h2>
        <p className="text-sm text-soft" dir="auto" aria-hidden="true">
          {shown ? barInWords(shown) : 'Thin: ready, waiting for its agent. Solid: working.'}
        </p>
      </div>
      <section
        aria-label="Timeline. Arrow keys go from step to step, Enter opens one."
        data-chart
        className="grid grid-cols-[7.5rem_1fr] overflow-hidden rounded-2xl border border-line bg-card shadow-card sm:grid-cols-[10rem_1fr]"
      >
        <ul className="border-r border-line pt-8 text-sm">
          {chart.lanes.map((lane) => (
            <li
              key={lane.agent}
              style={{ height: lane.rows * ROW_HEIGHT + 13 }}
              className="flex flex-col justify-center border-t border-line px-3"
            >
              <span className="truncate" dir="auto" title={lane.agent}>
                {lane.agent}
              </span>
              {lane.hidden > 0 && <span className="text-xs text-soft">{lane.hidden} more wait</span>}
            </li>
          ))}
        </ul>
        <div ref={scroller} onScroll={onScroll} className="overflow-x-auto">
          <div className="relative" style={{ minWidth: widthOf(steps, chart.spanMs, nowMs) }}>
            <Axis chart={chart} />
            {chart.lanes.map((lane) => (
              <div key={lane.agent} className="relative border-t border-line py-1.5">
                <Bars
                  lane={lane}
                  focused={focused ?? bars[0]?.step.name}
                  onOpen={openBar}
                  onPoint={setPointed}
                  onFocus={setFocused}
                />
              </div>
            ))}
          </div>
        </div>
      </section>
      <Table chart={told} />
    </div>
  );
}

const lastOf = (steps: readonly Step[]): number =>
  Math.max(0, ...steps.flatMap(({ startedAt, completedAt }) => [startedAt ?? 0, completedAt ?? 0]));

function Axis({ chart }: { chart: Chart }) {
  return (
    <div aria-hidden="true">
      <div className="h-8">
        {chart.ticks.map(({ at, label }) => (
          <span
            key={label}
            className={`absolute top-2 text-xs whitespace-nowrap text-soft tabular-nums ${at === 0 ? 'pl-1' : at === 1 ? '-translate-x-full pr-1' : '-translate-x-1/2'}`}
            style={{ insetInlineStart: `${at * 100}%` }}
          >
            {label}
          </span>
        ))}
      </div>
      {chart.ticks.slice(1, -1).map(({ at, label }) => (
        <span
          key={label}
          className="absolute top-8 bottom-0 w-px bg-line/60"
          style={{ insetInlineStart: `${at * 100}%` }}
        />
      ))}
    </div>
  );
}

/** The same in words, for who hears the page. */
function Table({ chart }: { chart: Chart }) {
  return (
    // A table keeps its size whatever is said of it; the box around it is what is hidden.
    <div className="sr-only">
      <table>
        <caption>Who worked when</caption>
        <thead>
          <tr>
            <th scope="col">Agent</th>
            <th scope="col">Step</th>
            <th scope="col">Status</th>
            <th scope="col">Began after</th>
            <th scope="col">Waited</th>
            <th scope="col">Worked</th>
          </tr>
        </thead>
        <tbody>
          {chart.lanes.flatMap((lane) =>
            lane.bars.map((bar) => (
              <tr key={bar.step.name}>
                <td>{lane.agent}</td>
                <td>{bar.step.label}</td>
                <td>{bar.step.status}</td>
                <td>{bar.workedMs === undefined ? 'not begun' : duration(bar.workFrom * chart.spanMs)}</td>
                <td>{duration(bar.waitedMs)}</td>
                <td>{bar.workedMs === undefined ? 'not begun' : duration(bar.workedMs)}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}
