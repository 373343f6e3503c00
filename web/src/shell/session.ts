import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { send, whenSignedOut } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import { notifyProblem } from '../parts/notices.tsx';

/** True when there was a session here and the server ended it: the sign-in page says so. */
export function useSessionEnd(): boolean {
  const client = useQueryClient();
  const [hasEnded, setEnded] = useState(false);
  useEffect(() => {
    whenSignedOut(() => {
      if (client.getQueryData(sessionQuery.queryKey)) setEnded(true);
      client.setQueryData(sessionQuery.queryKey, null);
    });
    return client.getQueryCache().subscribe(({ query }) => {
      if (query.queryKey[0] === 'session' && query.state.data) setEnded(false);
    });
  }, [client]);
  return hasEnded;
}

/** Ends the session, and forgets what this page knows of it. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    try {
      await send('/sign-out', { method: 'POST' });
      // The session itself stays, as nobody's: what watches it must see it go.
      client.setQueryData(sessionQuery.queryKey, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
    } catch (error) {
      notifyProblem(error);
    }
  };
}
