import { ChevronRight } from 'lucide-react';
import type { Computation } from '../../../api/result.ts';
import { CitationButton } from './citations.tsx';
import { Folded } from './folded.tsx';
import { computationWords, numberWords } from './wording.ts';

const SIGNS: Partial<Record<Computation['operation'], string>> = { sum: '+', difference: '−', ratio: '÷' };

/** How a number was computed, and from which numbers: each opens where it stands. */
export function ComputationNote({ computation }: { computation: Computation }) {
  const { operation, operands, result, unit } = computation;
  const total = `${numberWords(result)}${unit ? ` ${unit}` : ''}`;
  return (
    <details className="group mt-1.5 text-sm">
      <summary className="inline-flex cursor-pointer list-none items-center gap-1 rounded-md text-soft hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-3.5 transition group-open:rotate-90" />
        {computationWords(computation)}
        {operation !== 'count' && `: ${total}`}
      </summary>
      <div className="mt-2 max-w-xl rounded-xl border border-line bg-card px-4 py-3">
        <Folded items={operands} first={20} what="numbers">
          {(shown) => (
            <ol className="space-y-1">
              {shown.map(({ value, citation }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what it is
                <li key={index} className="flex items-baseline gap-3">
                  <span aria-hidden="true" className="w-3 text-soft">
                    {index > 0 && SIGNS[operation]}
                  </span>
                  <span className="w-28 shrink-0 text-right tabular-nums">
                    {operation === 'count' ? index + 1 : numberWords(value)}
                  </span>
                  <CitationButton citation={citation} />
                </li>
              ))}
            </ol>
          )}
        </Folded>
        <p className="mt-2 flex items-baseline gap-3 border-t border-line pt-2 font-semibold">
          <span aria-hidden="true" className="w-3">
            =
          </span>
          <span className="w-28 shrink-0 text-right tabular-nums">{numberWords(result)}</span>
          <span dir="auto">{unit}</span>
        </p>
      </div>
    </details>
  );
}
