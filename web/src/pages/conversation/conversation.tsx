import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useMemo } from 'react';
import { messagePagesQuery } from '../../api/talk-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button, buttonLook } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import {
  type ConversationName,
  hintOf,
  useConversationNames,
} from '../../parts/message/conversation-names.ts';
import { MessageLine } from '../../parts/message/message-line.tsx';
import { MessagePanel } from '../../parts/message/message-panel.tsx';
import { atStart, usePartyNames } from '../../parts/message/parties.ts';
import { threadOf } from '../../parts/message/thread.ts';
import { KIND_WORDS } from '../../parts/message/words.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { useTitle } from '../../shell/title.tsx';

const route = getRouteApi('/messages/conversation/$conversationId');
/** How far in each depth stands, as whole class names so that the build finds them. */
const INDENT = ['', 'ml-4 sm:ml-8', 'ml-8 sm:ml-16', 'ml-12 sm:ml-24', 'ml-16 sm:ml-32'] as const;

/** One conversation as a thread, oldest first; what is written meanwhile comes by itself. */
export function ConversationPage() {
  const { conversationId } = route.useParams();
  const { message: openId } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(messagePagesQuery({ conversation: conversationId }));
  const messages = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const thread = useMemo(() => threadOf(messages), [messages]);
  const names = usePartyNames();
  const name = useConversationNames()(
    conversationId,
    hintOf(messages.find(({ taskId }) => taskId !== null) ?? messages[0]),
  );
  useTitle(name.name);
  const open = (message: string | undefined) =>
    void navigate({ search: message === undefined ? {} : { message }, resetScroll: false });
  return (
    <div className="space-y-5">
      <header className="space-y-2">
        <Link to="/messages" className="inline-flex items-center gap-1.5 text-sm text-soft hover:text-ink">
          <ArrowLeft aria-hidden="true" className="size-4" /> All conversations
        </Link>
        <h1 className="text-2xl font-semibold break-words">
          <bdi>{atStart(name.name)}</bdi>
        </h1>
        <p className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-soft">
          <span>{KIND_WORDS[name.kind]}</span>
          <span role="status">
            {messages.length === 1 ? '1 message' : `${messages.length} messages`}
            {query.hasNextPage && ', the newest'}
          </span>
          <About name={name} />
        </p>
      </header>
      {query.isPending && <Busy what="Opening the conversation" />}
      {query.isError && <ProblemBox error={query.error} onRetry={() => query.refetch()} />}
      {query.isSuccess && thread.length === 0 && (
        <Empty title="Nobody has written here">
          <p className="mb-4">
            No message has this conversation id. It may be mistyped, or belong to another tenant.
          </p>
          <Link to="/messages" className={buttonLook('main')}>
            Show all conversations
          </Link>
        </Empty>
      )}
      {query.hasNextPage && (
        <p className="text-center">
          <Button small disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Reading …' : 'Read what came before'}
          </Button>
        </p>
      )}
      {thread.length > 0 && (
        <ol className="space-y-2">
          {thread.map(({ message, depth }) => (
            <li key={message.id} className={INDENT[depth] ?? INDENT[4]}>
              <div
                className={`overflow-hidden rounded-xl border bg-card shadow-card ${depth > 0 ? 'border-l-2 border-line border-l-accent/40' : 'border-line'}`}
              >
                <MessageLine message={message} names={names} onOpen={open} />
              </div>
            </li>
          ))}
        </ol>
      )}
      {openId !== undefined && <MessagePanel id={openId} onClose={() => open(undefined)} onOpen={open} />}
    </div>
  );
}

/** The way to what the conversation is about. */
function About({ name: { kind, of } }: { name: ConversationName }) {
  const look = buttonLook('plain', true);
  if (kind === 'team')
    return (
      <Link to="/teams/$teamId" params={{ teamId: of }} className={look}>
        Open the team
      </Link>
    );
  if (kind === 'vote')
    return (
      <Link to="/teams/votes/$voteId" params={{ voteId: of }} className={look}>
        Open the vote
      </Link>
    );
  if (kind === 'topic')
    return (
      <Link to="/messages/topics" search={{ topic: of }} className={look}>
        Open the topic
      </Link>
    );
  if (kind === 'task')
    return (
      <Link to="/tasks/$taskId" params={{ taskId: of }} className={look}>
        Open the task
      </Link>
    );
  return null;
}
