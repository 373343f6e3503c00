import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { messagesQuery } from '../../api/queries.ts';
import { mailboxQuery } from '../../api/talk-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { buttonLook } from '../../parts/button.tsx';
import { MessageLine } from '../../parts/message/message-line.tsx';
import { usePartyNames } from '../../parts/message/parties.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { Section } from './section.tsx';

const MOST = 8;

/** What is open in its mailbox, and what it was asked and answered lately, newest first. */
export function AgentMessages({ agentId }: { agentId: string }) {
  const messages = useQuery(messagesQuery({ agentId }));
  const mailbox = useQuery(mailboxQuery(agentId));
  const names = usePartyNames();
  const navigate = useNavigate();
  const items = messages.data?.items.slice(0, MOST) ?? [];
  const open = (message: string) =>
    void navigate({ to: '/agents/$agentId/mailbox', params: { agentId }, search: { message } });
  return (
    <Section title="Messages">
      <p className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-soft">
        <Link to="/agents/$agentId/mailbox" params={{ agentId }} className={buttonLook('plain', true)}>
          <Inbox aria-hidden="true" className="size-4" /> Open the mailbox
        </Link>
        {mailbox.data && (mailbox.data.open === 0 ? 'Nothing is open.' : `${mailbox.data.open} open.`)}
      </p>
      {messages.isPending && <Busy what="Looking for its messages" />}
      {messages.isError && <ProblemBox error={messages.error} onRetry={() => messages.refetch()} />}
      {messages.data && items.length === 0 && (
        <p className="text-sm text-soft">None yet. Work comes to it as messages of the chief.</p>
      )}
      {items.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line">
          {items.map((message) => (
            <li key={message.id}>
              <MessageLine
                message={message}
                names={names}
                onOpen={open}
                hide={message.senderId === agentId ? 'sender' : 'recipient'}
              />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
