import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { callsQuery } from '../../../api/cost-queries.ts';
import { plainWords } from '../../../api/result.ts';
import { count, energy, moneyOr } from '../../../parts/amounts.ts';
import { duration } from '../../../parts/time.tsx';
import { PURPOSE_WORDS, SOURCE_WORDS } from './call-words.ts';

const CELL = 'px-2 py-1.5 align-top first:pl-0 last:pr-0';

/** The turns of a step, or of a whole task: which model, how many tokens, what it cost, how sure that is. */
export function Calls({ of, title }: { of: { taskId: string } | { rootId: string }; title: string }) {
  const { data } = useQuery(callsQuery(of));
  if (!data || data.items.length === 0) return null;
  return (
    <section aria-label={title} className="mt-4">
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      <div className="overflow-x-auto">
        <table className="w-full text-left text-sm tabular-nums">
          <thead className="border-b border-line text-soft">
            <tr>
              {['Turn', 'Model', 'Read', 'Written', 'Cost', 'Energy'].map((name, index) => (
                <th
                  key={name}
                  scope="col"
                  className={`${CELL} font-medium whitespace-nowrap ${index > 1 ? 'text-right' : ''}`}
                >
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {data.items.map((call) => (
              <tr key={call.id}>
                <td className={CELL}>
                  {PURPOSE_WORDS[call.purpose] ?? call.purpose}
                  <span className="block text-xs text-soft">{duration(call.durationMs)}</span>
                </td>
                <td className={`${CELL} max-w-48 break-words`}>
                  {call.model === null ? (
                    'not said'
                  ) : (
                    <Link
                      to="/models"
                      search={{ model: call.model }}
                      className="hover:text-accent hover:underline"
                    >
                      <bdi>{plainWords(call.model)}</bdi>
                    </Link>
                  )}
                  <span className="block text-xs text-soft">{SOURCE_WORDS[call.source]}</span>
                </td>
                <td className={`${CELL} text-right`}>
                  {count(call.inputTokens)}
                  {call.cachedInputTokens > 0 && (
                    <span className="block text-xs text-soft">{count(call.cachedInputTokens)} cached</span>
                  )}
                </td>
                <td className={`${CELL} text-right`}>{count(call.outputTokens)}</td>
                <td className={`${CELL} text-right whitespace-nowrap`}>
                  {moneyOr(call.costUsd, 'not known')}
                </td>
                <td className={`${CELL} text-right whitespace-nowrap`}>
                  ~{energy(call.energyJ)}
                  <span className="block text-xs text-soft">
                    {energy(call.energyLowJ)} to {energy(call.energyHighJ)}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {data.nextCursor !== null && (
        <p className="mt-1 text-sm text-soft">The newest {data.items.length} calls.</p>
      )}
    </section>
  );
}
