import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { agentsQuery } from '../../api/queries.ts';
import { teamHistoryQuery } from '../../api/talk-queries.ts';
import { type Names, type Part, sentenceOf } from '../../live/sentences.ts';
import { Busy } from '../../parts/busy.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';

const MOST = 30;

/** How the team came to be what it is: members, shapes and leaders, from the event log, newest first. */
export function History({ teamId }: { teamId: string }) {
  const { data, error, isPending, refetch } = useQuery(teamHistoryQuery(teamId));
  const { data: agents } = useQuery(agentsQuery);
  const names = useMemo((): Names => {
    const known = new Map(agents?.map(({ id, name }) => [id, name]));
    return { agent: (id) => known.get(id), step: () => undefined };
  }, [agents]);
  if (isPending) return <Busy what="Reading the log" />;
  if (error && !data) return <ProblemBox error={error} onRetry={() => refetch()} />;
  const events = data.events.toReversed();
  if (events.length === 0) return <p className="text-sm text-soft">The log tells nothing of this team.</p>;
  return (
    <>
      <ol className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card shadow-card">
        {events.slice(0, MOST).map((event) => (
          <li key={event.cursor} className="flex items-baseline gap-3 px-4 py-2 text-sm">
            <span className="w-20 shrink-0 text-xs text-soft">
              <Ago at={event.at} />
            </span>
            <span className="min-w-0 flex-1 break-words">
              <Words parts={sentenceOf(event, names)} />
            </span>
          </li>
        ))}
      </ol>
      {(events.length > MOST || !data.isWhole) && (
        <p className="mt-2 text-sm text-soft">
          {events.length > MOST && `The newest ${MOST} of ${events.length}. `}
          {!data.isWhole && 'The log is longer than what was read; the newest may be missing here. '}
          All of it: <code>cadre event list</code>.
        </p>
      )}
    </>
  );
}

function Words({ parts }: { parts: readonly Part[] }) {
  return parts.map((part, index) =>
    typeof part === 'string' ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never move
      <bdi key={index} className="font-medium">
        {part.of}
      </bdi>
    ),
  );
}
