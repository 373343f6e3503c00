import type { Fill } from './budget-words.ts';

const LOOKS: Record<Fill['state'], string> = {
  fine: 'fill-completed',
  warned: 'fill-paused',
  reached: 'fill-failed',
};

/** How full one limit of a budget is, in words; the bar says it to the eye: what is spent, lighter what is reserved. */
export function FillBar({ fill }: { fill: Fill }) {
  const { name, words, spentShare, reservedShare, state } = fill;
  return (
    <div>
      <p className="flex flex-wrap items-baseline justify-between gap-x-3 text-sm">
        <span className="font-medium">{name}</span>
        <span className="text-soft tabular-nums">{words}</span>
      </p>
      <svg
        aria-hidden="true"
        viewBox="0 0 100 2"
        preserveAspectRatio="none"
        className="mt-1 h-2.5 w-full overflow-hidden rounded-full bg-line"
      >
        <rect width={spentShare * 100} height="2" className={LOOKS[state]} />
        <rect
          x={spentShare * 100}
          width={reservedShare * 100}
          height="2"
          className={LOOKS[state]}
          opacity="0.4"
        />
        <rect x="80" width="0.3" height="2" className="fill-paper" />
      </svg>
    </div>
  );
}
