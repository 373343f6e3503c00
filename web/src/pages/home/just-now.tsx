import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { CadreEvent } from '../../api/models.ts';
import { agentsQuery } from '../../api/queries.ts';
import { useEvents } from '../../live/live.tsx';
import { Ago } from '../../parts/time.tsx';
import { addHappenings, type Happening } from './happenings.ts';

/** What was told is kept while the tab is open: coming back to this page shows it again. */
let lastTold: readonly Happening[] = [];

/** What just happened, in plain words. */
export function JustNow() {
  const client = useQueryClient();
  const [told, setTold] = useState(lastTold);
  useEvents(
    useCallback(
      (events: readonly CadreEvent[]) => {
        const agents = client.getQueryData(agentsQuery.queryKey);
        const agentName = (id: string) => agents?.find((agent) => agent.id === id)?.name;
        lastTold = addHappenings(lastTold, events, { agentName });
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
        <p className="text-sm text-soft">Quiet. What the team does shows here as it happens.</p>
      ) : (
        <ol aria-label="What just happened" className="space-y-2.5 text-sm">
          {told.map((happening) => (
            <li key={happening.key} className="flex items-baseline gap-3">
              <span className="min-w-0 flex-1 break-words" dir="auto">
                <Told happening={happening} />
              </span>
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

function Told({ happening: { sentence, taskId, agentId } }: { happening: Happening }) {
  const look = 'hover:text-accent hover:underline';
  if (taskId)
    return (
      <Link to="/tasks/$taskId" params={{ taskId }} className={look}>
        {sentence}
      </Link>
    );
  if (agentId)
    return (
      <Link to="/agents" search={{ agent: agentId }} className={look}>
        {sentence}
      </Link>
    );
  return sentence;
}
