import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Vote as VoteIcon } from 'lucide-react';
import { useMay } from '../../api/roles.ts';
import { votesQuery } from '../../api/talk-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageTabs, TEAM_PAGES } from '../../parts/message/tabs.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { VoteList } from '../../parts/vote/vote-list.tsx';
import { useTitle } from '../../shell/title.tsx';
import { OpenVote } from './open-vote.tsx';
import { VOTE_STATUSES } from './search.ts';

/** All votes: what is asked now, and what was decided. */
export function Votes() {
  const { status, ask, team } = useSearch({ from: '/teams/votes' });
  const navigate = useNavigate({ from: '/teams/votes' });
  const query = useInfiniteQuery(votesQuery(status ? { status } : {}));
  const may = useMay('operator');
  const votes = query.data?.pages.flatMap(({ items }) => items) ?? [];
  useTitle('Votes');
  const stopAsking = () =>
    void navigate({ search: status ? { status } : {}, replace: true, resetScroll: false });
  return (
    <div className="space-y-5">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="text-2xl font-semibold">Teams</h1>
        {may && (
          <Button
            look="main"
            className="ml-auto"
            onClick={() =>
              void navigate({ search: (before) => ({ ...before, ask: true }), resetScroll: false })
            }
          >
            <VoteIcon aria-hidden="true" className="size-4" /> Ask for a vote
          </Button>
        )}
      </div>
      <PageTabs label="Parts of the teams" pages={TEAM_PAGES} />
      <search aria-label="Votes">
        <select
          aria-label="Status"
          value={status ?? ''}
          onChange={({ target }) => {
            const next = VOTE_STATUSES.find((each) => each === target.value);
            void navigate({ search: next ? { status: next } : {}, replace: true, resetScroll: false });
          }}
          className="h-10 rounded-lg border border-line bg-card px-2.5 text-sm"
        >
          <option value="">Any status</option>
          {VOTE_STATUSES.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </search>
      {query.isPending && <Busy what="Looking for votes" />}
      {query.isError && <ProblemBox error={query.error} onRetry={() => query.refetch()} />}
      {query.isSuccess && votes.length === 0 && (
        <Empty
          title={status ? 'No vote is like that' : 'Nothing was voted on yet'}
          icon={<VoteIcon className="size-6" />}
        >
          Ask a team or some agents; each voter gets the question in its mailbox and answers it.
        </Empty>
      )}
      {votes.length > 0 && <VoteList votes={votes} />}
      {query.hasNextPage && (
        <p className="text-center">
          <Button small disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Reading …' : 'Older votes'}
          </Button>
        </p>
      )}
      {may && ask === true && (
        <OpenVote
          teamId={team}
          onClose={stopAsking}
          onOpened={(vote) =>
            void navigate({ to: '/teams/votes/$voteId', params: { voteId: vote.id }, replace: true })
          }
        />
      )}
    </div>
  );
}
