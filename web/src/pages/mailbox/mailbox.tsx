import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Inbox, PenLine, RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Message } from '../../api/models.ts';
import { agentsQuery } from '../../api/queries.ts';
import { useMay } from '../../api/roles.ts';
import { deadQuery, mailboxQuery, messagePagesQuery } from '../../api/talk-queries.ts';
import { AgentHeading } from '../../parts/agent/agent-heading.tsx';
import { Busy } from '../../parts/busy.tsx';
import { Button, buttonLook } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { MessageLine } from '../../parts/message/message-line.tsx';
import { MessagePanel, useRedrive } from '../../parts/message/message-panel.tsx';
import { type PartyNames, usePartyNames } from '../../parts/message/parties.ts';
import { SendMessage } from '../../parts/message/send-message.tsx';
import { isOpen } from '../../parts/message/words.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { useTitle } from '../../shell/title.tsx';
import { OpenTable } from './open-table.tsx';

const route = getRouteApi('/agents/$agentId/mailbox');
/** How many of those that were handled are shown. */
const LATELY = 30;

/** The mailbox of an agent: what is open in its order, what was handled lately, what was given up. */
export function Mailbox() {
  const { agentId } = route.useParams();
  const { message: openId } = route.useSearch();
  const navigate = route.useNavigate();
  const agents = useQuery(agentsQuery);
  const mailbox = useQuery(mailboxQuery(agentId));
  const maySend = useMay('operator');
  const [isWriting, setWriting] = useState(false);
  const agent = agents.data?.find(({ id }) => id === agentId);
  const name = agent?.name ?? 'an agent';
  useTitle(`Mailbox of ${name}`);
  const open = (message: string | undefined) =>
    void navigate({ search: message === undefined ? {} : { message }, resetScroll: false });
  return (
    <div className="space-y-8">
      <AgentHeading
        agentId={agentId}
        agent={agent}
        title="Mailbox of"
        name={name}
        action={
          maySend && (
            <Button look="main" className="ml-auto" onClick={() => setWriting(true)}>
              <PenLine aria-hidden="true" className="size-4" /> Write a message
            </Button>
          )
        }
      >
        {agent?.spec.executor.kind === 'mailbox' && (
          <p className="text-sm text-soft">
            A program outside takes its messages from here; until it comes, they wait.
          </p>
        )}
      </AgentHeading>
      {mailbox.isPending && <Busy what="Opening the mailbox" />}
      {mailbox.isError && <ProblemBox error={mailbox.error} onRetry={() => mailbox.refetch()} />}
      {mailbox.data && (
        <Part
          title="Open"
          more={
            mailbox.data.open === 0
              ? undefined
              : `${mailbox.data.open} in ${mailbox.data.conversations === 1 ? '1 conversation' : `${mailbox.data.conversations} conversations`}`
          }
        >
          {mailbox.data.messages.length === 0 ? (
            <Empty title="Nothing is open" icon={<Inbox className="size-6" />}>
              Messages stand here until they are handled, the most urgent first.
            </Empty>
          ) : (
            <OpenTable messages={mailbox.data.messages} open={mailbox.data.open} onOpen={open} />
          )}
        </Part>
      )}
      <Dead agentId={agentId} onOpen={open} />
      <Lately agentId={agentId} onOpen={open} />
      {openId !== undefined && <MessagePanel id={openId} onClose={() => open(undefined)} onOpen={open} />}
      {isWriting && (
        <SendMessage
          to={{ id: agentId, name }}
          onClose={() => setWriting(false)}
          onSent={(id) => {
            setWriting(false);
            open(id);
          }}
        />
      )}
    </div>
  );
}

function Part({ title, more, children }: { title: string; more?: string | undefined; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-3 flex flex-wrap items-baseline gap-x-3 text-lg font-semibold">
        {title}
        {more !== undefined && <span className="text-sm font-normal text-soft">{more}</span>}
      </h2>
      {children}
    </section>
  );
}

interface ListProps {
  agentId: string;
  onOpen(id: string): void;
}

/** What was given up and not sent again, each with its error and the way to send it again. */
function Dead({ agentId, onOpen }: ListProps) {
  const dead = useQuery(deadQuery(agentId));
  const names = usePartyNames();
  const mayRedrive = useMay('operator');
  const redrive = useRedrive(onOpen);
  if (dead.isError)
    return (
      <Part title="Given up">
        <ProblemBox error={dead.error} onRetry={() => dead.refetch()} />
      </Part>
    );
  const left = dead.data?.items.filter(({ redrivenAs }) => redrivenAs === null) ?? [];
  if (left.length === 0) return null;
  return (
    <Part title="Given up" more={String(left.length)}>
      <ul className={LIST}>
        {left.map((message) => (
          <li key={message.id} className="flex items-center gap-2 pr-3">
            <div className="min-w-0 flex-1">
              <MessageLine message={message} names={names} onOpen={onOpen} hide="recipient" />
            </div>
            {mayRedrive && (
              <Button
                small
                disabled={redrive.isPending}
                onClick={() => redrive.mutate(message.id)}
                aria-label={`Redrive ${message.subject}`}
              >
                <RotateCcw aria-hidden="true" className="size-4" /> Redrive
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Part>
  );
}

const LIST = 'divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card shadow-card';

/** What it was sent and what it wrote, and is over; delegations too. */
function Lately({ agentId, onOpen }: ListProps) {
  const query = useInfiniteQuery(messagePagesQuery({ agentId }, 100));
  const names = usePartyNames();
  const over = query.data?.pages.flatMap(({ items }) => items).filter((message) => !isOpen(message)) ?? [];
  return (
    <Part title="Lately">
      {query.isPending && <Busy what="Looking for its messages" />}
      {query.isError && <ProblemBox error={query.error} onRetry={() => query.refetch()} />}
      {query.isSuccess && over.length === 0 && (
        <p className="text-sm text-soft">
          Nothing was handled yet. What it is sent and what it answers stands here.
        </p>
      )}
      {over.length > 0 && (
        <ul className={LIST}>
          {over.slice(0, LATELY).map((message) => (
            <li key={message.id}>
              <LatelyLine message={message} agentId={agentId} names={names} onOpen={onOpen} />
            </li>
          ))}
        </ul>
      )}
      {query.isSuccess && over.length > 0 && (
        <p className="mt-3">
          <Link to="/messages" search={{ agent: agentId }} className={buttonLook('plain', true)}>
            All its conversations
          </Link>
        </p>
      )}
    </Part>
  );
}

interface LatelyLineProps {
  message: Message;
  agentId: string;
  names: PartyNames;
  onOpen(id: string): void;
}

function LatelyLine({ message, agentId, names, onOpen }: LatelyLineProps) {
  const hide = message.senderId === agentId ? 'sender' : 'recipient';
  return <MessageLine message={message} names={names} onOpen={onOpen} hide={hide} />;
}
