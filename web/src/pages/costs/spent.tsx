import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Coins, Download } from 'lucide-react';
import { useState } from 'react';
import { usageQuery } from '../../api/cost-queries.ts';
import { count, energy, moneyOr } from '../../parts/amounts.ts';
import { Busy } from '../../parts/busy.tsx';
import { buttonLook } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure } from '../../parts/figure.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { sinceOf } from './period.ts';
import { COST_KEYS, COST_PERIODS } from './search.ts';
import { UsageTable } from './usage-table.tsx';

const PERIOD_WORDS = { today: 'Today', month: 'This month' } as const;
const SELECT = 'h-9 rounded-lg border border-line bg-card px-2.5 text-sm';

/** What was spent in a period, and on what. */
export function Spent() {
  const { by = 'agent', period = 'today' } = useSearch({ from: '/costs' });
  const navigate = useNavigate({ from: '/costs' });
  const [nowMs] = useState(() => Date.now());
  const since = sinceOf(period, nowMs);
  const query = useQuery(usageQuery(by, { since }));
  const total = query.data?.total;
  return (
    <Card
      title="Spent"
      about="Days and months begin at midnight UTC. Built-in skills use no language model and cost nothing."
      actions={
        <>
          <select
            aria-label="Period"
            value={period}
            onChange={({ target }) =>
              void navigate({
                search: (now) => ({
                  ...now,
                  period: COST_PERIODS.find((each) => each === target.value) ?? 'today',
                }),
                replace: true,
                resetScroll: false,
              })
            }
            className={SELECT}
          >
            {COST_PERIODS.map((each) => (
              <option key={each} value={each}>
                {PERIOD_WORDS[each]}
              </option>
            ))}
          </select>
          <select
            aria-label="By"
            value={by}
            onChange={({ target }) =>
              void navigate({
                search: (now) => ({ ...now, by: COST_KEYS.find((each) => each === target.value) ?? 'agent' }),
                replace: true,
                resetScroll: false,
              })
            }
            className={SELECT}
          >
            {COST_KEYS.map((each) => (
              <option key={each} value={each}>
                by {each}
              </option>
            ))}
          </select>
          <a
            href={`/api/v1/usage-export?format=csv&since=${encodeURIComponent(since)}`}
            download
            className={buttonLook('plain', true)}
          >
            <Download aria-hidden="true" className="size-4" /> Export
          </a>
        </>
      }
    >
      {query.isPending && <Busy what="Adding up" />}
      {query.isError && <ProblemBox error={query.error} onRetry={() => query.refetch()} />}
      {total && (
        <dl className="mb-5 grid grid-cols-2 gap-4 sm:grid-cols-4">
          <Figure
            name={PERIOD_WORDS[period]}
            value={moneyOr(total.calls === 0 ? 0 : total.costUsd, 'not known')}
            below={
              total.unpriced > 0 ? `and ${count(total.unpriced)} calls whose price nobody said` : undefined
            }
            isMain
          />
          <Figure
            name="Tokens"
            value={count(total.inputTokens + total.outputTokens)}
            below={`${count(total.inputTokens)} read, ${count(total.outputTokens)} written`}
          />
          <Figure name="Calls of models" value={count(total.calls)} below={cachedWords(total)} />
          <Figure
            name="Energy of the calls"
            value={`~${energy(total.energyJ)}`}
            below={
              total.energyJ > 0
                ? `estimated: ${energy(total.energyLowJ)} to ${energy(total.energyHighJ)}`
                : undefined
            }
          />
        </dl>
      )}
      {query.data && query.data.items.length > 0 && <UsageTable summary={query.data} />}
      {query.data?.items.length === 0 && (
        <Empty
          title={`Nothing was spent ${period === 'today' ? 'today' : 'this month'}`}
          icon={<Coins className="size-6" />}
        >
          What calls of language models cost stands here, as soon as an agent makes one.{' '}
          <Link to="/models" className="text-accent underline underline-offset-2">
            See the models
          </Link>
        </Empty>
      )}
    </Card>
  );
}

const cachedWords = ({
  inputTokens,
  cachedInputTokens,
}: {
  inputTokens: number;
  cachedInputTokens: number;
}) =>
  cachedInputTokens > 0
    ? `${Math.round((100 * cachedInputTokens) / inputTokens)} % of what was read came from a cache`
    : undefined;
