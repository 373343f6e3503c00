import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Problem } from '../../api/client.ts';
import type { Vote } from '../../api/models.ts';
import { plainWords } from '../../api/result.ts';
import { teamQuery, voteQuery } from '../../api/talk-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { buttonLook } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import { Left } from '../../parts/vote/vote-list.tsx';
import { VoteStatus } from '../../parts/vote/vote-status.tsx';
import { countOf, FAILURE_WORDS, RULE_WORDS } from '../../parts/vote/vote-words.ts';
import { useTitle } from '../../shell/title.tsx';
import { Ballots } from './ballots.tsx';
import { Count } from './count.tsx';

const route = getRouteApi('/teams/votes/$voteId');

/** One vote: the question, who has answered what, and how it was counted; ballots arrive live. */
export function VotePage() {
  const { voteId } = route.useParams();
  const { data: vote, error, isPending, refetch } = useQuery(voteQuery(voteId));
  if (isPending) return <Busy what="Opening the vote" />;
  if (error instanceof Problem && error.details.status === 404) return <Gone />;
  if (!vote) return <ProblemBox error={error} onRetry={() => refetch()} />;
  return <Whole key={vote.id} vote={vote} />;
}

function Gone() {
  return (
    <Empty title="There is no such vote">
      <p className="mb-4">The address may be mistyped, or the vote belongs to another tenant.</p>
      <Link to="/teams/votes" className={buttonLook('main')}>
        Show all votes
      </Link>
    </Empty>
  );
}

function Whole({ vote }: { vote: Vote }) {
  const { voters, heard, chose } = countOf(vote);
  useTitle(vote.question, vote.status === 'open');
  return (
    <div className="space-y-8">
      <header className="space-y-2">
        <Link to="/teams/votes" className="inline-flex items-center gap-1.5 text-sm text-soft hover:text-ink">
          <ArrowLeft aria-hidden="true" className="size-4" /> All votes
        </Link>
        <h1 dir="auto" className="text-2xl font-semibold break-words whitespace-pre-line">
          {plainWords(vote.question)}
        </h1>
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-soft">
          <VoteStatus status={vote.status} />
          {vote.status === 'open' && <Left deadline={vote.deadline} />}
          <span>
            asked by <bdi>{vote.openedBy}</bdi> <Ago at={vote.createdAt} />
          </span>
          {vote.teamId !== null && <TeamLink id={vote.teamId} />}
          <Link
            to="/messages/conversation/$conversationId"
            params={{ conversationId: `vote:${vote.id}` }}
            className="text-accent hover:underline"
          >
            Its messages
          </Link>
        </p>
      </header>
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Part title={vote.status === 'open' ? 'How it stands' : 'Outcome'}>
          <Outcome vote={vote} />
          <Count vote={vote} />
        </Part>
        <Part title="The rule">
          <div className="space-y-1 text-sm">
            <p>
              <span className="font-medium">{RULE_WORDS[vote.rule].name}</span>
              <span className="text-soft">: {RULE_WORDS[vote.rule].means}.</span>
            </p>
            {vote.capability !== null && (
              <p className="text-soft">
                Weights are of the skill <code className="break-all">{vote.capability}</code>.
              </p>
            )}
            <p>
              Quorum: <span className="font-medium">{vote.quorum}</span> of {voters}
              <span className="text-soft">
                ; {chose} chose an option, {heard - chose} abstained, {voters - heard} silent
              </span>
            </p>
            <p className="text-soft">Deadline: {new Date(vote.deadline).toLocaleString()}</p>
          </div>
        </Part>
      </div>
      <section aria-label="Ballots">
        <h2 className="mb-3 flex items-baseline gap-3 text-lg font-semibold">
          Ballots
          <span role="status" className="text-sm font-normal text-soft">
            {heard} of {voters} have answered
          </span>
        </h2>
        <Ballots vote={vote} />
      </section>
    </div>
  );
}

function TeamLink({ id }: { id: string }) {
  const { data: team } = useQuery(teamQuery(id));
  if (!team) return null;
  return (
    <Link to="/teams/$teamId" params={{ teamId: id }} className="text-accent hover:underline">
      <bdi>{team.name}</bdi>
    </Link>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section
      aria-label={title}
      className="min-w-0 space-y-3 rounded-2xl border border-line bg-card p-4 shadow-card"
    >
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Outcome({ vote: { status, winner, reason } }: { vote: Vote }) {
  return (
    <div role="status">
      {status === 'decided' && (
        <p className="text-lg break-words">
          <bdi className="font-semibold text-completed">{plainWords(winner ?? '')}</bdi>{' '}
          <span className="text-soft">was chosen.</span>
        </p>
      )}
      {status === 'failed' && reason !== null && (
        <div className="text-sm">
          <p className="font-medium text-failed">{FAILURE_WORDS[reason].why}</p>
          <p className="mt-1 text-soft">{FAILURE_WORDS[reason].next}</p>
        </div>
      )}
    </div>
  );
}
