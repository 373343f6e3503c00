import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { call } from '../../api/client.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Fold } from '../../parts/fold.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';

/** Chats read at once. */
const CHATS = 20;

/** Made old by a message and by the end of its answer: live/outdated.ts. */
const chatsQuery = (agent: string) =>
  infiniteQueryOptions({
    queryKey: ['chats', agent],
    queryFn: ({ pageParam, signal }) =>
      call('agents.chats', { agent, limit: CHATS, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });

interface EarlierProps {
  agentId: string;
  /** The one that is shown. */
  chatId: string;
}

/** The chats with an agent, the one that was spoken in last first; looked up when somebody unfolds them. */
export function EarlierChats(props: EarlierProps) {
  return (
    <Fold title="Earlier chats">
      <Chats {...props} />
    </Fold>
  );
}

function Chats({ agentId, chatId }: EarlierProps) {
  const query = useInfiniteQuery(chatsQuery(agentId));
  const chats = query.data?.pages.flatMap(({ items }) => items);
  if (query.isPending) return <Busy what="Looking for chats" />;
  if (query.isError) return <ProblemBox error={query.error} onRetry={() => query.refetch()} />;
  if (chats?.length === 0) return <p className="text-sm text-soft">There is none with this agent yet.</p>;
  return (
    <nav aria-label="Earlier chats" className="space-y-2">
      <ul className="max-h-80 divide-y divide-line overflow-y-auto rounded-xl border border-line bg-card">
        {chats?.map(({ id, firstSaid, lastSaid, turns, lastAt, by }) => (
          <li key={id}>
            <Link
              to="/agents/$agentId/chat"
              params={{ agentId }}
              search={{ chat: id }}
              aria-current={id === chatId ? 'page' : undefined}
              className={`block px-3 py-2 text-sm hover:bg-sunken ${id === chatId ? 'bg-sunken' : ''}`}
            >
              <span className="block truncate font-medium" dir="auto">
                {firstSaid}
              </span>
              {turns > 1 && (
                <span className="block truncate text-soft" dir="auto">
                  Last: {lastSaid}
                </span>
              )}
              <span className="block text-xs text-soft">
                {turns === 1 ? '1 message' : `${turns} messages`}, <Ago at={lastAt} />, begun by{' '}
                <bdi>{by}</bdi>
                {id === chatId && ' · shown below'}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          small
          aria-disabled={query.isFetchingNextPage}
          onClick={() => !query.isFetchingNextPage && void query.fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </nav>
  );
}
