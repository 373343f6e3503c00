import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Crown, Network, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Team } from '../../api/models.ts';
import { useMay } from '../../api/roles.ts';
import { teamsQuery } from '../../api/talk-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageTabs, TEAM_PAGES } from '../../parts/message/tabs.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { LEADS_BY, shapeWords } from '../../parts/team/shape-words.ts';
import { useTitle } from '../../shell/title.tsx';
import { CreateTeam } from './create-team.tsx';

/** The teams: who is in them, who leads, and what shape they have. */
export function Teams() {
  const query = useInfiniteQuery(teamsQuery);
  const navigate = useNavigate();
  const may = useMay('operator');
  const [isMaking, setMaking] = useState(false);
  const teams = query.data?.pages.flatMap(({ items }) => items) ?? [];
  useTitle('Teams');
  return (
    <div className="space-y-5">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="text-2xl font-semibold">Teams</h1>
        {may && (
          <Button look="main" className="ml-auto" onClick={() => setMaking(true)}>
            <Plus aria-hidden="true" className="size-4" /> Make a team
          </Button>
        )}
      </div>
      <PageTabs label="Parts of the teams" pages={TEAM_PAGES} />
      {query.isPending && <Busy what="Looking for teams" />}
      {query.isError && <ProblemBox error={query.error} onRetry={() => query.refetch()} />}
      {query.isSuccess && teams.length === 0 && (
        <Empty title="There is no team yet" icon={<Network className="size-6" />}>
          A team is a named group of agents with a topology: who may write to whom. Teams vote, and one of
          their members leads.
        </Empty>
      )}
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {teams.map((team) => (
          <li key={team.id} className="min-w-0">
            <TeamCard team={team} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <p className="text-center">
          <Button small disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Reading …' : 'Older teams'}
          </Button>
        </p>
      )}
      {isMaking && (
        <CreateTeam
          onClose={() => setMaking(false)}
          onMade={(team) => {
            setMaking(false);
            void navigate({ to: '/teams/$teamId', params: { teamId: team.id } });
          }}
        />
      )}
    </div>
  );
}

const MOST_NAMES = 6;

function TeamCard({ team }: { team: Team }) {
  const { id, name, description, lead, members } = team;
  return (
    <article className="relative flex h-full flex-col gap-2 rounded-2xl border border-line bg-card p-4 shadow-card transition hover:border-accent">
      <h2 className="font-semibold">
        <Link
          to="/teams/$teamId"
          params={{ teamId: id }}
          className="block truncate after:absolute after:inset-0 after:rounded-2xl"
        >
          <bdi>{name}</bdi>
        </Link>
      </h2>
      <p className="text-sm text-soft">{shapeWords(team)}</p>
      {description !== '' && (
        <p dir="auto" className="line-clamp-2 text-sm break-words">
          {description}
        </p>
      )}
      {lead && (
        <p className="flex items-center gap-1.5 text-sm">
          <Crown aria-hidden="true" className="size-4 shrink-0 text-accent" />
          <span className="min-w-0 truncate">
            <span className="sr-only">Lead: </span>
            <bdi className="font-medium">{lead.name}</bdi>
            <span className="text-soft"> {LEADS_BY[lead.by]}</span>
          </span>
        </p>
      )}
      <p className="mt-auto pt-1 text-xs break-words text-soft">
        {members.length === 1 ? '1 member' : `${members.length} members`}
        {members.length > 0 && ': '}
        {members.slice(0, MOST_NAMES).map((member, index) => (
          <span key={member.agentId}>
            {index > 0 && ', '}
            <bdi>{member.name}</bdi>
          </span>
        ))}
        {members.length > MOST_NAMES && ` and ${members.length - MOST_NAMES} more`}
      </p>
    </article>
  );
}
