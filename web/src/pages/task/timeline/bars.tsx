import { type KeyboardEvent, memo } from 'react';
import type { TaskStatus } from '../../../api/models.ts';
import { duration } from '../../../parts/time.tsx';
import type { Bar, Lane } from './gantt.ts';

const WORK: Record<TaskStatus, string> = {
  pending: 'bg-pending',
  running: 'bg-running',
  waiting: 'bg-waiting',
  paused: 'bg-paused',
  completed: 'bg-completed',
  failed: 'bg-failed',
  terminated: 'bg-terminated',
};
export const ROW_HEIGHT = 26;

/** A bar in words: name, how it stands, how long it waited and worked. */
export function barInWords({ step, waitedMs, workedMs }: Bar): string {
  const waited = waitedMs >= 50 ? `waited ${duration(waitedMs)}` : undefined;
  const worked = workedMs === undefined ? undefined : `worked ${duration(workedMs)}`;
  return [`${step.label}: ${step.status}`, waited, worked].filter(Boolean).join(', ');
}

interface BarsProps {
  lane: Lane;
  focused: string | undefined;
  onOpen(name: string): void;
  onPoint(name: string | undefined): void;
  onFocus(name: string): void;
}

/** The bars of one agent. */
export const Bars = memo(function Bars({ lane, focused, onOpen, onPoint, onFocus }: BarsProps) {
  return (
    <div className="relative" style={{ height: lane.rows * ROW_HEIGHT }}>
      {lane.bars.map((bar) => {
        const width = bar.to - bar.waitFrom;
        const waits = width > 0 ? (bar.workFrom - bar.waitFrom) / width : 0;
        return (
          <button
            key={bar.step.name}
            type="button"
            data-bar
            tabIndex={focused === bar.step.name ? 0 : -1}
            aria-label={barInWords(bar)}
            onClick={() => onOpen(bar.step.name)}
            onMouseEnter={() => onPoint(bar.step.name)}
            onMouseLeave={() => onPoint(undefined)}
            onFocus={() => {
              onFocus(bar.step.name);
              onPoint(bar.step.name);
            }}
            onBlur={() => onPoint(undefined)}
            onKeyDown={rove}
            className="group absolute flex h-5 min-w-1 items-stretch"
            style={{
              insetInlineStart: `${bar.waitFrom * 100}%`,
              width: `${width * 100}%`,
              top: bar.row * ROW_HEIGHT + 3,
            }}
          >
            <span
              className="my-2 rounded-l-full bg-pending/25 group-hover:bg-pending/40"
              style={{ width: `${waits * 100}%` }}
            />
            <span
              className={`flex min-w-0.75 flex-1 items-center overflow-hidden rounded group-hover:brightness-110 ${bar.workedMs === undefined ? '' : WORK[bar.step.status]}`}
            >
              {bar.workedMs !== undefined && (
                <span className="truncate px-1.5 text-xs text-card" dir="auto">
                  {bar.step.label}
                </span>
              )}
            </span>
          </button>
        );
      })}
    </div>
  );
});

/** Arrow keys go from bar to bar, through all lanes; Home and End to the first and last. */
function rove(event: KeyboardEvent<HTMLElement>): void {
  const bars = [
    ...(event.currentTarget.closest('[data-chart]')?.querySelectorAll<HTMLElement>('[data-bar]') ?? []),
  ];
  const here = bars.indexOf(event.currentTarget);
  const to: Record<string, number> = {
    ArrowRight: here + 1,
    ArrowDown: here + 1,
    ArrowLeft: here - 1,
    ArrowUp: here - 1,
    Home: 0,
    End: bars.length - 1,
  };
  const next = to[event.key];
  if (next === undefined) return;
  event.preventDefault();
  bars[next]?.focus();
}
