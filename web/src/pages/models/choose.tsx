import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { choiceQuery } from '../../api/model-queries.ts';
import { energy, moneyOr, percent, roughly } from '../../parts/amounts.ts';
import { Card } from '../../parts/card.tsx';
import { useLater } from '../../parts/later.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { duration } from '../../parts/time.tsx';

const CELL = 'px-3 py-2 align-top first:pl-0 last:pr-0';
const HEAD = `${CELL} font-medium whitespace-nowrap`;
const MOST_ROWS = 8;

/** Which model for what: one is recommended, and the others stand beside it. */
export function Choose({ onOpen }: { onOpen(model: string): void }) {
  const [use, setUse] = useState('');
  const asked = useLater(use.trim());
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...choiceQuery(asked),
    enabled: asked !== '',
  });
  const best = asked === '' ? undefined : data?.choice;
  return (
    <Card title="Which model for …">
      <input
        aria-label="What the model is for"
        placeholder="For example: quick summary, complex analysis"
        value={use}
        maxLength={2_000}
        onChange={(event) => setUse(event.target.value)}
        dir="auto"
        className="h-10 w-full max-w-lg rounded-lg border border-line bg-paper px-3 text-sm"
      />
      {error && !data && (
        <div className="mt-4">
          <ProblemBox error={error} onRetry={() => refetch()} />
        </div>
      )}
      <p role="status" className="mt-3 text-sm">
        {!best && (
          <span className="text-soft">
            Say it in a few words: the model that fits is named, and the others stand beside it.
          </span>
        )}
        {best && best.model !== null && (
          <>
            Take <bdi className="font-semibold">{best.model}</bdi>: {best.reason}. Sure to{' '}
            {percent(best.confidence)}.
          </>
        )}
        {best && best.model === null && 'No model is connected and switched on.'}
      </p>
      {data && asked !== '' && data.items.length > 1 && (
        <div className={`mt-4 overflow-x-auto ${isPlaceholderData ? 'opacity-60' : ''}`}>
          <table className="w-full text-left text-sm">
            <caption className="mb-1 text-left text-soft">
              A call that reads 1,000 tokens and writes 500, side by side. The best fit first.
            </caption>
            <thead className="border-b border-line text-soft">
              <tr>
                <th scope="col" className={HEAD}>
                  Model
                </th>
                <th scope="col" className={`${HEAD} hidden md:table-cell`}>
                  Why
                </th>
                <th scope="col" className={`${HEAD} text-right`}>
                  Fit
                </th>
                <th scope="col" className={`${HEAD} text-right`}>
                  Cost
                </th>
                <th scope="col" className={`${HEAD} hidden text-right sm:table-cell`}>
                  Energy
                </th>
                <th scope="col" className={`${HEAD} hidden text-right sm:table-cell`}>
                  Answers after
                </th>
                <th scope="col" className={`${HEAD} hidden text-right lg:table-cell`}>
                  Context
                </th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line tabular-nums">
              {data.items.slice(0, MOST_ROWS).map((item) => (
                <tr key={item.model}>
                  <th scope="row" className={`${CELL} max-w-56 font-normal`}>
                    <button
                      type="button"
                      onClick={() => onOpen(item.model)}
                      className="max-w-full text-left break-words hover:text-accent hover:underline"
                    >
                      <bdi>{item.model}</bdi>
                    </button>
                  </th>
                  <td className={`${CELL} hidden text-soft md:table-cell`}>{item.reason}</td>
                  <td className={`${CELL} text-right whitespace-nowrap`}>{percent(item.confidence)}</td>
                  <td className={`${CELL} text-right`}>{moneyOr(item.costUsd, 'not known')}</td>
                  <td className={`${CELL} hidden text-right whitespace-nowrap sm:table-cell`}>
                    ~{energy(item.energyJ)}
                  </td>
                  <td className={`${CELL} hidden text-right whitespace-nowrap sm:table-cell`}>
                    {duration(item.latencyMs)}
                  </td>
                  <td className={`${CELL} hidden text-right lg:table-cell`}>{roughly(item.contextTokens)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
