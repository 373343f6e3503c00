import { Fold } from '../../parts/fold.tsx';

const MARKS = [
  [
    'measured',
    'A counter of this machine said it (RAPL), shared out by the time each attempt had the processor.',
  ],
  ['derived', 'Reckoned from the seconds of processor, memory and network that were measured.'],
  ['estimated', 'Reckoned from tokens, because nobody outside a provider can measure its machines.'],
] as const;

/** How sure joules are. */
export function Marks() {
  return (
    <div className="mt-5 border-t border-line pt-3">
      <Fold title="How sure are these joules?">
        <dl className="space-y-2 text-sm">
          {MARKS.map(([mark, means]) => (
            <div key={mark}>
              <dt className="font-medium">{mark}</dt>
              <dd className="text-soft">{means}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-3 max-w-prose text-sm text-soft">
          A sum is only as sure as the weakest of its parts. Each task shows its mark, and the range in which
          the truth is expected, with its details. Carbon follows from joules by the mix of the grid that is
          set.
        </p>
      </Fold>
    </div>
  );
}
