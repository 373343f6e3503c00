import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Agent, Message } from '../../api/models.ts';
import { messagesQuery } from '../../api/queries.ts';
import { messageKind } from '../../parts/agent/agent-words.ts';
import { Busy } from '../../parts/busy.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import { Section } from './section.tsx';

const MOST = 12;

/** What it was asked and what it answered, newest first. */
export function AgentMessages({ agentId, agents }: { agentId: string; agents: readonly Agent[] }) {
  const messages = useQuery(messagesQuery({ agentId }));
  const items = messages.data?.items.slice(0, MOST) ?? [];
  const nameOf = (id: string) => agents.find((agent) => agent.id === id)?.name ?? 'an agent';
  return (
    <Section title="Messages">
      {messages.isPending && <Busy what="Looking for its messages" />}
      {messages.isError && <ProblemBox error={messages.error} onRetry={() => messages.refetch()} />}
      {messages.data && items.length === 0 && (
        <p className="text-sm text-soft">None yet. Work comes to it as messages of the chief.</p>
      )}
      <ul className="space-y-1.5">
        {items.map((message) => {
          const isFromIt = message.senderId === agentId;
          return (
            <li key={message.id} className="text-sm">
              <p className="flex items-baseline gap-3">
                <span className="min-w-0 flex-1 truncate">
                  <span className="text-soft">
                    {messageKind(message.type)} {isFromIt ? 'to ' : 'from '}
                    <bdi>{nameOf(isFromIt ? message.recipientId : message.senderId)}</bdi>:{' '}
                  </span>
                  <Subject message={message} />
                </span>
                <span className="shrink-0 text-xs text-soft">{message.status}</span>
                <span className="w-20 shrink-0 text-right text-xs text-soft">
                  <Ago at={message.createdAt} />
                </span>
              </p>
              {message.error && (
                <p dir="auto" className="text-xs break-words text-failed">
                  {message.error}
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Subject({ message: { subject, taskId } }: { message: Message }) {
  if (taskId === null) return <bdi>{subject}</bdi>;
  return (
    <Link to="/tasks/$taskId" params={{ taskId }} className="hover:text-accent hover:underline">
      <bdi>{subject}</bdi>
    </Link>
  );
}
