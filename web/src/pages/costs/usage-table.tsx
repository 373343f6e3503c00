import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { agentsQuery, taskQuery } from '../../api/queries.ts';
import { plainWords } from '../../api/result.ts';
import { teamsQuery } from '../../api/talk-queries.ts';
import type { Operations } from '../../api/types.ts';
import { count, moneyOr, percent } from '../../parts/amounts.ts';
import { ShareBar } from '../../parts/chart/share-bar.tsx';
import { rowsOf } from './rows.ts';

const HEAD = 'px-3 py-2 font-medium whitespace-nowrap first:pl-0 last:pr-0';
const CELL = 'px-3 py-2 align-middle first:pl-0 last:pr-0';
/** Tasks whose goal is asked for. */
const NAMED_TASKS = 12;

type Summary = Operations['usage.summary']['output'];

/** What was spent, row by row: the bar says to the eye what the numbers say. */
export function UsageTable({ summary }: { summary: Summary }) {
  const rows = rowsOf(summary);
  const nameOf = useNames(summary);
  return (
    <table className="w-full table-fixed text-left text-sm">
      <thead className="border-b border-line text-soft">
        <tr>
          <th scope="col" className={`${HEAD} capitalize`}>
            {summary.by}
          </th>
          <th scope="col" className={`${HEAD} hidden w-1/3 md:table-cell`}>
            <span className="sr-only">Share as a bar</span>
          </th>
          <th scope="col" className={`${HEAD} w-24 text-right`}>
            Cost
          </th>
          <th scope="col" className={`${HEAD} hidden w-20 text-right sm:table-cell`}>
            Share
          </th>
          <th scope="col" className={`${HEAD} w-28 text-right`}>
            Tokens
          </th>
          <th scope="col" className={`${HEAD} hidden w-20 text-right sm:table-cell`}>
            Calls
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row" className={`${CELL} truncate font-normal`}>
              {nameOf(row.key, row.isRest)}
            </th>
            <td className={`${CELL} hidden md:table-cell`}>
              <ShareBar share={row.bar} />
            </td>
            <td className={`${CELL} text-right tabular-nums`}>{moneyOr(row.costUsd, 'not known')}</td>
            <td className={`${CELL} hidden text-right tabular-nums sm:table-cell`}>{percent(row.share)}</td>
            <td className={`${CELL} text-right tabular-nums`}>{count(row.tokens)}</td>
            <td className={`${CELL} hidden text-right tabular-nums sm:table-cell`}>{count(row.calls)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const NOBODY: Record<string, string> = {
  agent: 'No agent: the chief and reviews',
  team: 'Agents without a team',
  model: 'Reported without a model',
};

/** A row's name as a way to what it is about. */
function useNames({ by, items }: Summary): (key: string | null, isRest: boolean) => ReactNode {
  const { data: agents = [] } = useQuery({ ...agentsQuery, enabled: by === 'agent' });
  const { data: teams } = useInfiniteQuery({ ...teamsQuery, enabled: by === 'team' });
  const ids = by === 'task' ? items.slice(0, NAMED_TASKS).flatMap(({ key }) => key ?? []) : [];
  const tasks = useQueries({ queries: ids.map((id) => ({ ...taskQuery(id), retry: 0 })) });
  const look = 'hover:text-accent hover:underline';
  return (key, isRest) => {
    if (isRest) return 'All others';
    if (key === null) return NOBODY[by] ?? 'none';
    if (by === 'agent') {
      const agent = agents.find(({ id }) => id === key);
      return (
        <Link to="/agents" search={{ agent: key }} className={look}>
          <bdi>{agent ? plainWords(agent.name) : key}</bdi>
        </Link>
      );
    }
    if (by === 'team') {
      const team = teams?.pages.flatMap((page) => page.items).find(({ id }) => id === key);
      return (
        <Link to="/teams/$teamId" params={{ teamId: key }} className={look}>
          <bdi>{team ? plainWords(team.name) : key}</bdi>
        </Link>
      );
    }
    if (by === 'task') {
      const goal = tasks.find(({ data }) => data?.id === key)?.data?.goal;
      return (
        <Link to="/tasks/$taskId" params={{ taskId: key }} className={look} title={goal}>
          <bdi>{goal === undefined ? key : plainWords(goal)}</bdi>
        </Link>
      );
    }
    if (by === 'model')
      return (
        <Link to="/models" search={{ model: key }} className={look}>
          <bdi>{plainWords(key)}</bdi>
        </Link>
      );
    return key;
  };
}
