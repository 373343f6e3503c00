import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { MessagesSquare } from 'lucide-react';
import { type Conversation, useConversations } from '../../api/conversations.ts';
import { agentsQuery } from '../../api/queries.ts';
import { plainWords } from '../../api/result.ts';
import { topicsQuery } from '../../api/talk-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { type ConversationName, useConversationNames } from '../../parts/message/conversation-names.ts';
import { MessageStatusWord } from '../../parts/message/message-status.tsx';
import { atStart, type PartyNames, usePartyNames } from '../../parts/message/parties.ts';
import { MESSAGE_PAGES, PageTabs } from '../../parts/message/tabs.tsx';
import {
  contentOf,
  KIND_WORDS,
  MESSAGE_STATUSES,
  MESSAGE_TYPES,
  TYPE_WORDS,
} from '../../parts/message/words.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import { useTitle } from '../../shell/title.tsx';
import { type ConversationsSearch, filterOf } from './search.ts';

/** Who talks with whom: conversations, the one with the newest message first. */
export function Conversations() {
  const search = useSearch({ from: '/messages' });
  const { conversations, ...query } = useConversations(filterOf(search));
  const nameOf = useConversationNames();
  const parties = usePartyNames();
  const isFiltered = Object.keys(search).length > 0;
  useTitle('Messages');
  return (
    <div className="space-y-5">
      <h1 className="text-2xl font-semibold">Messages</h1>
      <PageTabs label="Parts of the messages" pages={MESSAGE_PAGES} />
      <Filters search={search} />
      {query.isPending && <Busy what="Looking for conversations" />}
      {query.isError && <ProblemBox error={query.error} onRetry={() => query.refetch()} />}
      {conversations?.length === 0 && <Nothing isFiltered={isFiltered} />}
      {conversations && conversations.length > 0 && (
        <>
          <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card shadow-card">
            {conversations.map((conversation) => (
              <li key={conversation.id}>
                <Row
                  conversation={conversation}
                  name={nameOf(conversation.id, {
                    subject: conversation.lastSubject,
                    isAboutTask: conversation.isAboutTask,
                  })}
                  parties={parties}
                />
              </li>
            ))}
          </ul>
          <p className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 text-sm text-soft">
            <span role="status">
              {conversations.length === 1 ? '1 conversation' : `${conversations.length} conversations`}
              {query.hasNextPage && ' so far'}
            </span>
            {query.hasNextPage && (
              <Button small disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {query.isFetchingNextPage ? 'Reading …' : 'Older ones'}
              </Button>
            )}
          </p>
        </>
      )}
    </div>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const navigate = useNavigate({ from: '/messages' });
  if (isFiltered)
    return (
      <Empty title="No conversation fits">
        <p className="mb-3">Nobody wrote what is asked for above.</p>
        <Button onClick={() => void navigate({ search: {} })}>Show all</Button>
      </Empty>
    );
  return (
    <Empty title="Nobody has written yet" icon={<MessagesSquare className="size-6" />}>
      What agents and people write to each other stands here. Open the mailbox of an agent to write to it, or
      give a goal to the team and see the chief delegate.
    </Empty>
  );
}

interface RowProps {
  conversation: Conversation;
  name: ConversationName;
  parties: PartyNames;
}

const MOST_NAMES = 4;

function Row({ conversation, name, parties }: RowProps) {
  const { id, last, lastSubject, lastAt, messages, open, broken } = conversation;
  const nameOfParty = ({ id: partyId, type, name: known }: Conversation['parties'][number]) => {
    const { name: own, agentId } = parties(partyId, type);
    return agentId === undefined && type === 'agent' && known ? known : own;
  };
  const names = [...new Set(conversation.parties.map(nameOfParty))];
  // A list without messages knows the subject only, which often is the name.
  const said = plainWords((last && contentOf(last)) ?? lastSubject);
  return (
    <article className="relative px-4 py-3 hover:bg-sunken/60 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent">
      <div className="flex items-baseline gap-3">
        <h2 className="min-w-0 flex-1 truncate text-base font-medium">
          <Link
            to="/messages/conversation/$conversationId"
            params={{ conversationId: id }}
            className="outline-none after:absolute after:inset-0"
          >
            <span className="mr-2 rounded-md bg-sunken px-1.5 py-0.5 text-xs font-normal text-soft">
              {KIND_WORDS[name.kind]}
            </span>
            <bdi>{atStart(name.name)}</bdi>
          </Link>
        </h2>
        <span className="shrink-0 text-xs text-soft">
          <Ago at={lastAt} />
        </span>
      </div>
      {said !== name.name && (
        <p className="mt-1 truncate text-sm text-soft">
          {last && (
            <>
              <bdi>{atStart(parties(last.senderId, last.senderType).name)}</bdi>: {TYPE_WORDS[last.type]},{' '}
            </>
          )}
          <bdi>{said}</bdi>
        </p>
      )}
      <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-soft">
        {last && <MessageStatusWord message={last} />}
        <span>{messages === 1 ? '1 message' : `${messages} messages`}</span>
        {open > 0 && <span className="text-running">{open} open</span>}
        {broken > 0 && <span className="text-failed">{broken} not handled</span>}
        <span className="min-w-0 truncate">
          {names.slice(0, MOST_NAMES).map((each, index) => (
            <span key={each}>
              {index > 0 && ', '}
              <bdi>{each}</bdi>
            </span>
          ))}
          {names.length > MOST_NAMES && ` and ${names.length - MOST_NAMES} more`}
        </span>
      </p>
    </article>
  );
}

const SELECT = 'h-10 w-full min-w-0 rounded-lg border border-line bg-card px-2.5 text-sm';

function Filters({ search }: { search: ConversationsSearch }) {
  const navigate = useNavigate({ from: '/messages' });
  const { data: agents = [] } = useQuery(agentsQuery);
  const { data: topics } = useQuery(topicsQuery);
  const change = (field: keyof ConversationsSearch, value: string) =>
    navigate({
      replace: true,
      resetScroll: false,
      search: (before) => {
        const next = { ...before, [field]: value };
        return Object.fromEntries(Object.entries(next).filter(([, each]) => each !== '')); // checked by readConversationsSearch
      },
    });
  const known = topics?.items.map(({ topic }) => topic) ?? [];
  const shownTopics = search.topic && !known.includes(search.topic) ? [search.topic, ...known] : known;
  const fields = [
    {
      field: 'agent',
      label: 'Agent',
      all: 'All agents',
      options: agents.map(({ id, name }) => [id, name]),
    },
    {
      field: 'type',
      label: 'Type',
      all: 'Any type',
      options: MESSAGE_TYPES.map((each) => [each, `${TYPE_WORDS[each]}`]),
    },
    {
      field: 'status',
      label: 'Status',
      all: 'Any status',
      options: MESSAGE_STATUSES.map((each) => [each, each]),
    },
    { field: 'topic', label: 'Topic', all: 'Any topic', options: shownTopics.map((each) => [each, each]) },
  ] as const;
  return (
    <search aria-label="Conversations" className="grid grid-cols-2 gap-2 lg:grid-cols-4">
      {fields.map(({ field, label, all, options }) => (
        <select
          key={field}
          aria-label={label}
          value={search[field] ?? ''}
          onChange={({ target }) => void change(field, target.value)}
          className={SELECT}
        >
          <option value="">{all}</option>
          {options.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      ))}
    </search>
  );
}
