import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Leaf } from 'lucide-react';
import { FORECAST_HOURS, forecastQuery } from '../../api/energy-queries.ts';
import { plainWords } from '../../api/result.ts';
import type { Operations } from '../../api/types.ts';
import { carbon, count, energy } from '../../parts/amounts.ts';
import { Card } from '../../parts/card.tsx';
import { ShareBar } from '../../parts/chart/share-bar.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure } from '../../parts/figure.tsx';
import { forecastWords, savedWords } from './energy-words.ts';
import { Marks } from './marks.tsx';

type Summary = Operations['energy.summary']['output'];
type Balance = Summary['agents'][number];

const HEAD = 'px-3 py-2 font-medium whitespace-nowrap first:pl-0 last:pr-0';
const CELL = 'px-3 py-2 align-middle first:pl-0 last:pr-0';

/** Joules and grams of CO2e: all, by agent and by team. */
export function Physical({ summary }: { summary: Summary }) {
  const { tenant, agents, teams } = summary;
  const { data: forecast } = useQuery(forecastQuery);
  const ahead = forecast && forecastWords(forecast.joules, FORECAST_HOURS);
  return (
    <Card
      title="Joules and carbon"
      about="What machines took for the work of your agents, failed attempts too."
    >
      {tenant === null ? (
        <Empty title="Nothing was measured yet" icon={<Leaf className="size-6" />}>
          Give the team a task: what each attempt takes stands here when it ends.
        </Empty>
      ) : (
        <div className="space-y-6">
          <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
            <Figure name="All work so far" value={energy(tenant.joules)} below={knownWords(tenant)} isMain />
            <Figure name="Carbon of it" value={carbon(tenant.carbonG)} />
            <Figure
              name="A task that succeeded"
              value={tenant.joulesPerSuccess === null ? 'not known' : energy(tenant.joulesPerSuccess)}
              below="what failed is paid for by what succeeded"
            />
            <Figure name="Beside choosing at random" {...savedWords(summary)} />
          </dl>
          {ahead && <p className="text-sm text-soft">{ahead}</p>}
          <Scopes title="Agent" rows={agents} />
          {teams.length > 0 && <Scopes title="Team" rows={teams} />}
        </div>
      )}
      <Marks />
    </Card>
  );
}

function knownWords({ attempts, known }: Balance): string {
  const unknown = attempts - known;
  return unknown === 0
    ? `${count(attempts)} attempts`
    : `${count(attempts)} attempts, ${count(unknown)} of them not known`;
}

/** One row for each agent or team: the bar says to the eye what the number says. */
function Scopes({ title, rows }: { title: 'Agent' | 'Team'; rows: readonly Balance[] }) {
  const most = Math.max(0, ...rows.map(({ joules }) => joules));
  return (
    <table className="w-full table-fixed text-left text-sm">
      <thead className="border-b border-line text-soft">
        <tr>
          <th scope="col" className={HEAD}>
            {title}
          </th>
          <th scope="col" className={`${HEAD} hidden w-1/4 md:table-cell`}>
            <span className="sr-only">Joules as a bar</span>
          </th>
          <th scope="col" className={`${HEAD} w-24 text-right`}>
            Joules
          </th>
          <th scope="col" className={`${HEAD} hidden w-40 text-right sm:table-cell`}>
            Carbon
          </th>
          <th scope="col" className={`${HEAD} w-28 text-right`}>
            A success
          </th>
          <th scope="col" className={`${HEAD} hidden w-28 text-right sm:table-cell`}>
            Succeeded
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row" className={`${CELL} truncate font-normal`}>
              <Name row={row} />
            </th>
            <td className={`${CELL} hidden md:table-cell`}>
              <ShareBar share={most === 0 ? 0 : row.joules / most} />
            </td>
            <td className={`${CELL} text-right tabular-nums`}>
              {row.known === 0 ? 'not known' : energy(row.joules)}
            </td>
            <td className={`${CELL} hidden text-right tabular-nums sm:table-cell`}>
              {row.known === 0 ? 'not known' : carbon(row.carbonG)}
            </td>
            <td className={`${CELL} text-right tabular-nums`}>
              {row.joulesPerSuccess === null ? 'not known' : energy(row.joulesPerSuccess)}
            </td>
            <td className={`${CELL} hidden text-right tabular-nums sm:table-cell`}>
              {row.succeeded} of {row.attempts}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name({ row: { scope, id, name } }: { row: Balance }) {
  const look = 'hover:text-accent hover:underline';
  if (scope === 'team')
    return (
      <Link to="/teams/$teamId" params={{ teamId: id }} className={look}>
        <bdi>{plainWords(name)}</bdi>
      </Link>
    );
  return (
    <Link to="/agents" search={{ agent: id }} className={look}>
      <bdi>{plainWords(name)}</bdi>
    </Link>
  );
}
