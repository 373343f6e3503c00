import { useQuery } from '@tanstack/react-query';
import { agentsQuery, messagesQuery } from '../../../api/queries.ts';
import { Busy } from '../../../parts/busy.tsx';
import { Fold } from '../../../parts/fold.tsx';
import { Json } from '../../../parts/json.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';

const KINDS: Record<string, string> = {
  task_delegation: 'asked',
  status_update: 'answered',
};

/** What the agents wrote to each other about a task, oldest first. */
export function Messages({ taskId }: { taskId: string }) {
  const { data, error, isPending, refetch } = useQuery(messagesQuery({ taskId }));
  const { data: agents } = useQuery(agentsQuery);
  const nameOf = (id: string) => agents?.find((agent) => agent.id === id)?.name ?? 'an agent';
  if (isPending) return <Busy what="Reading the messages" />;
  if (error) return <ProblemBox error={error} onRetry={() => refetch()} />;
  if (data.items.length === 0) return <p className="text-sm text-soft">No agent has written about it yet.</p>;
  return (
    <ul>
      {data.items.toReversed().map((message) => (
        <li key={message.id}>
          <Fold
            title={
              <span className="min-w-0 flex-1 break-words">
                <bdi>{nameOf(message.senderId)}</bdi>{' '}
                <span className="text-soft">{KINDS[message.type] ?? 'wrote to'}</span>{' '}
                <bdi>{nameOf(message.recipientId)}</bdi>
                <span className="text-soft">
                  {' '}
                  · {message.status}
                  {message.retryCount > 0 && `, sent again ${message.retryCount} times`} ·{' '}
                </span>
                <time dateTime={message.createdAt} className="whitespace-nowrap text-soft">
                  {new Date(message.createdAt).toLocaleTimeString()}
                </time>
              </span>
            }
          >
            <p className="mb-1 text-sm break-words" dir="auto">
              {message.subject}
            </p>
            {message.error && (
              <p className="mb-1 text-sm break-words text-failed" dir="auto">
                {message.error}
              </p>
            )}
            <Json value={message.payload} label="The message as JSON" />
          </Fold>
        </li>
      ))}
    </ul>
  );
}
