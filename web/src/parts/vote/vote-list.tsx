import { Link } from '@tanstack/react-router';
import type { Vote } from '../../api/models.ts';
import { plainWords } from '../../api/result.ts';
import { Ago, duration, useNow } from '../time.tsx';
import { VoteStatus } from './vote-status.tsx';
import { countOf, FAILURE_WORDS, RULE_WORDS } from './vote-words.ts';

/** Votes, each with how it stands or ended. */
export function VoteList({ votes }: { votes: readonly Vote[] }) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card shadow-card">
      {votes.map((vote) => (
        <li key={vote.id}>
          <VoteRow vote={vote} />
        </li>
      ))}
    </ul>
  );
}

function VoteRow({ vote }: { vote: Vote }) {
  const { id, question, rule, status, winner, reason, createdAt } = vote;
  const { voters, heard } = countOf(vote);
  return (
    <article className="relative px-4 py-3 hover:bg-sunken/60 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent">
      <div className="flex items-baseline gap-3">
        <h3 className="line-clamp-2 min-w-0 flex-1 font-medium break-words">
          <Link
            to="/teams/votes/$voteId"
            params={{ voteId: id }}
            className="outline-none after:absolute after:inset-0"
          >
            <bdi>{plainWords(question)}</bdi>
          </Link>
        </h3>
        <span className="shrink-0 text-xs text-soft">
          <Ago at={createdAt} />
        </span>
      </div>
      <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft">
        <VoteStatus status={status} />
        {status === 'open' && (
          <>
            <span>
              {heard} of {voters} have answered
            </span>
            <Left deadline={vote.deadline} />
          </>
        )}
        {winner !== null && (
          <span className="min-w-0 break-words text-ink">
            <bdi>{plainWords(winner)}</bdi>
          </span>
        )}
        {reason !== null && <span>{FAILURE_WORDS[reason].why}</span>}
        <span>{RULE_WORDS[rule].name}</span>
      </p>
    </article>
  );
}

/** How much time is left. */
export function Left({ deadline }: { deadline: string }) {
  const now = useNow();
  const leftMs = Date.parse(deadline) - now;
  return <span>{leftMs > 0 ? `${duration(leftMs)} left` : 'the time is up; it is being counted'}</span>;
}
