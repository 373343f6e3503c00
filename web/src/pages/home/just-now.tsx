import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { CadreEvent } from '../../api/models.ts';
import { agentsQuery, tasksQuery } from '../../api/queries.ts';
import { useEvents } from '../../live/live.tsx';
import type { Names } from '../../live/sentences.ts';
import { Ago } from '../../parts/time.tsx';
import { addHappenings, type Happening } from './happenings.ts';
import { LATEST } from './latest.tsx';

/** What was told is kept while the tab is open: coming back to this page shows it again. */
let lastTold: readonly Happening[] = [];

/** What just happened, in plain words. */
export function JustNow() {
  const client = useQueryClient();
  const [told, setTold] = useState(lastTold);
  useEvents(
    useCallback(
      (events: readonly CadreEvent[]) => {
        lastTold = addHappenings(lastTold, events, namesIn(client, events));
        setTold(lastTold);
      },
      [client],
    ),
  );
  return (
    <section aria-labelledby="just-now" className="min-w-0">
      <h2 id="just-now" className="mb-3 text-lg font-semibold">
        Just now
      </h2>
      {told.length === 0 ? (
        <p className="text-sm text-soft">
          Nothing since you opened Cadre here. What the team does from now on is told as it happens.
        </p>
      ) : (
        <ol className="space-y-2.5 text-sm">
          {told.map((happening) => (
            <li key={happening.key} className="flex items-baseline gap-3">
              <p className="line-clamp-2 min-w-0 flex-1 break-words">
                <Told happening={happening} />
              </p>
              <span className="shrink-0 text-xs text-soft">
                <Ago at={happening.at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Names that this page has already, and those that came with the same events. */
function namesIn(client: QueryClient, events: readonly CadreEvent[]): Names {
  const agents = client.getQueryData(agentsQuery.queryKey) ?? [];
  const tasks =
    client.getQueryData(tasksQuery(...LATEST).queryKey)?.pages.flatMap(({ items }) => items) ?? [];
  return {
    agent: (id) => agents.find((agent) => agent.id === id)?.name,
    step(id) {
      const submitted = events.find((event) => event.type === 'task.submitted' && event.taskId === id);
      const goal = tasks.find((task) => task.id === id)?.goal ?? submitted?.data.goal;
      return typeof goal === 'string' ? goal : undefined;
    },
  };
}

function Told({ happening: { parts, taskId, agentId } }: { happening: Happening }) {
  const look = 'hover:text-accent hover:underline';
  let place = 0;
  const words = parts.map((part) => {
    const key = place++; // the parts of a sentence never change their order
    return typeof part === 'string' ? <span key={key}>{part}</span> : <bdi key={key}>{part.of}</bdi>;
  });
  if (taskId)
    return (
      <Link to="/tasks/$taskId" params={{ taskId }} className={look}>
        {words}
      </Link>
    );
  if (agentId)
    return (
      <Link to="/agents" search={{ agent: agentId }} className={look}>
        {words}
      </Link>
    );
  return words;
}
