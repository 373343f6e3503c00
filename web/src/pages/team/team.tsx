import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, MessageSquare, Trash2, Vote as VoteIcon } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { call, Problem } from '../../api/client.ts';
import type { Team } from '../../api/models.ts';
import { useMay } from '../../api/roles.ts';
import { teamQuery, votesQuery } from '../../api/talk-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button, buttonLook } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Empty } from '../../parts/empty.tsx';
import { MessagePanel } from '../../parts/message/message-panel.tsx';
import { notify, notifyProblem } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { shapeWords } from '../../parts/team/shape-words.ts';
import { VoteList } from '../../parts/vote/vote-list.tsx';
import { useTitle } from '../../shell/title.tsx';
import { TeamGraph } from './graph.tsx';
import { History } from './history.tsx';
import { Lead } from './lead.tsx';
import { Members } from './members.tsx';
import { Say } from './say.tsx';
import { Sayings } from './sayings.tsx';
import { ShapeCard } from './shape-card.tsx';
import { useLit } from './use-lit.ts';

const route = getRouteApi('/teams/$teamId');

/** One team: its graph and why it has it, who leads, who is in it, what is said and what was decided. */
export function TeamPage() {
  const { teamId } = route.useParams();
  const { data: team, error, isPending, refetch } = useQuery(teamQuery(teamId));
  if (isPending) return <Busy what="Opening the team" />;
  if (error instanceof Problem && error.details.status === 404) return <Gone />;
  if (!team) return <ProblemBox error={error} onRetry={() => refetch()} />;
  return <Whole key={team.id} team={team} />;
}

function Gone() {
  return (
    <Empty title="There is no such team">
      <p className="mb-4">It was removed, or the address is mistyped.</p>
      <Link to="/teams" className={buttonLook('main')}>
        Show all teams
      </Link>
    </Empty>
  );
}

function Whole({ team }: { team: Team }) {
  const { message: openId } = route.useSearch();
  const navigate = route.useNavigate();
  const lit = useLit(team.id);
  const may = useMay('operator');
  const [isSaying, setSaying] = useState(false);
  useTitle(team.name);
  const open = (message: string | undefined) =>
    void navigate({ search: message === undefined ? {} : { message }, resetScroll: false });
  return (
    <div className="space-y-8">
      <header className="space-y-2">
        <Link to="/teams" className="inline-flex items-center gap-1.5 text-sm text-soft hover:text-ink">
          <ArrowLeft aria-hidden="true" className="size-4" /> All teams
        </Link>
        <div className="flex flex-wrap items-center gap-3">
          <h1 className="min-w-0 text-2xl font-semibold break-words">
            <bdi>{team.name}</bdi>
          </h1>
          <span className="text-soft">{shapeWords(team)}</span>
          {may && (
            <div className="flex flex-wrap gap-2 sm:ml-auto">
              <Button look="main" disabled={team.members.length === 0} onClick={() => setSaying(true)}>
                <MessageSquare aria-hidden="true" className="size-4" /> Say something
              </Button>
              <Link to="/teams/votes" search={{ ask: true, team: team.id }} className={buttonLook()}>
                <VoteIcon aria-hidden="true" className="size-4" /> Ask for a vote
              </Link>
              <Remove team={team} />
            </div>
          )}
        </div>
        {team.description !== '' && (
          <p dir="auto" className="max-w-prose break-words whitespace-pre-line text-soft">
            {team.description}
          </p>
        )}
      </header>
      {team.members.length === 0 ? (
        <Empty title="Nobody is in this team">Add members below; the first one leads.</Empty>
      ) : (
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <TeamGraph team={team} lit={lit} />
          <div className="space-y-4">
            <ShapeCard team={team} />
            <Lead team={team} />
          </div>
        </div>
      )}
      <Members team={team} />
      <Part title="What was said">
        <Sayings team={team} onOpen={open} />
      </Part>
      <Part title="Votes">
        <Votes teamId={team.id} />
      </Part>
      <Part title="History">
        <History teamId={team.id} />
      </Part>
      {openId !== undefined && <MessagePanel id={openId} onClose={() => open(undefined)} onOpen={open} />}
      {isSaying && <Say team={team} onClose={() => setSaying(false)} />}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-3 text-lg font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Votes({ teamId }: { teamId: string }) {
  const query = useInfiniteQuery(votesQuery({ teamId }, 10));
  const votes = query.data?.pages[0]?.items ?? [];
  if (query.isPending) return <Busy what="Looking for votes" />;
  if (query.isError) return <ProblemBox error={query.error} onRetry={() => query.refetch()} />;
  if (votes.length === 0) return <p className="text-sm text-soft">It has not been asked to vote yet.</p>;
  return <VoteList votes={votes} />;
}

function Remove({ team }: { team: Team }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('admin');
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => call('teams.remove', { id: team.id }),
    async onSuccess() {
      notify(`The team ${team.name} was removed`, 'Its agents, messages and votes stay.');
      await navigate({ to: '/teams' });
      void client.invalidateQueries({ queryKey: ['teams'] });
    },
    onError: notifyProblem,
  });
  if (!may) return null;
  return (
    <>
      <Button
        look="danger"
        disabled={remove.isPending}
        onClick={() => setAsking(true)}
        aria-label="Remove the team"
        title="Remove the team"
      >
        <Trash2 aria-hidden="true" className="size-4" />
      </Button>
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title={`Remove the team ${team.name}?`}
        verb="Remove it"
        onConfirm={() => remove.mutate()}
      >
        Its agents, its messages and its votes stay. It cannot be brought back.
      </Confirm>
    </>
  );
}
