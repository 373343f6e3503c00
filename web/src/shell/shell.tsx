import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { sessionQuery } from '../api/queries.ts';
import type { Operations } from '../api/types.ts';
import { LiveProvider } from '../live/live.tsx';
import { Busy } from '../parts/busy.tsx';
import { ProblemBox } from '../parts/problem.tsx';
import { useArrive } from './arrive.ts';
import { Connection } from './connection.tsx';
import { useKeepAlive } from './keep-alive.ts';
import { Loading } from './loading.tsx';
import { Nav } from './nav.tsx';
import { usePrefetch } from './prefetch.ts';
import { useSessionEnd } from './session.ts';
import { useShellKeys } from './shell-keys.ts';
import { SignIn } from './sign-in.tsx';
import { Title } from './title.tsx';
import { WINDOW_PARTS, Windows } from './windows.tsx';

/** What surrounds every page: who is signed in, where to go, whether the page is up to date. */
export function Shell() {
  const session = useQuery(sessionQuery);
  const hasEnded = useSessionEnd();

  if (session.isPending) {
    return (
      <main className="mx-auto max-w-md p-8">
        <Busy what="Opening Cadre" />
      </main>
    );
  }
  if (session.isError) {
    return (
      <main className="mx-auto max-w-xl p-8">
        <ProblemBox error={session.error} onRetry={() => session.refetch()} />
      </main>
    );
  }
  if (session.data === null) return <SignIn hasEnded={hasEnded} />;
  return (
    <LiveProvider who={`${session.data.tenant.id}:${session.data.actor.id}`}>
      <Windows>
        <Frame identity={session.data} />
      </Windows>
    </LiveProvider>
  );
}

function Frame({ identity }: { identity: Operations['keys.whoami']['output'] }) {
  useShellKeys();
  useArrive();
  useKeepAlive();
  usePrefetch(WINDOW_PARTS);
  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-card focus:px-4 focus:py-2"
      >
        Skip to the content
      </a>
      <Title />
      <Loading />
      <div className="md:flex">
        <Nav identity={identity} />
        <div className="min-w-0 flex-1">
          <Connection />
          <main
            id="content"
            tabIndex={-1}
            className="mx-auto max-w-6xl px-4 pt-6 pb-28 outline-none md:px-8 md:pb-12"
          >
            <Outlet />
          </main>
        </div>
      </div>
    </>
  );
}
