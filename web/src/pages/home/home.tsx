import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { CadreEvent } from '../../api/models.ts';
import { sessionQuery } from '../../api/queries.ts';
import { useEvents } from '../../live/live.tsx';
import { Ask } from './ask.tsx';
import { draftOf } from './draft.ts';
import { storedFilesQuery } from './files-query.ts';
import { JustNow } from './just-now.tsx';
import { LatestTasks } from './latest.tsx';
import { Team } from './team.tsx';

/** The first page: ask the team, see it work, see what came of it. */
export function Home() {
  const client = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  useEvents(
    useCallback(
      (events: readonly CadreEvent[]) => {
        if (events.some(({ type }) => type === 'file.stored'))
          void client.invalidateQueries({ queryKey: storedFilesQuery.queryKey });
      },
      [client],
    ),
  );
  if (!session) return null; // the shell shows the page only to who is signed in
  return (
    <>
      <Ask draft={draftOf(`${session.tenant.id}:${session.actor.id}`)} />
      <Team />
      <div className="mt-8 grid gap-8 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <LatestTasks />
        <JustNow />
      </div>
    </>
  );
}
