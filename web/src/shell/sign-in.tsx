import { useQueryClient } from '@tanstack/react-query';
import { Clock } from 'lucide-react';
import { type SubmitEvent, useEffect, useState } from 'react';
import { send } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import icon from '../icon.svg';
import { Button } from '../parts/button.tsx';
import { ProblemBox } from '../parts/problem.tsx';

/** Who is not signed in sees how to: by the link of the start, or with a key. The address stays, and opens then. */
export function SignIn({ hasEnded }: { hasEnded: boolean }) {
  const client = useQueryClient();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = 'Sign in · Cadre';
    // Somebody else may sign in: nothing of before is kept.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
    // The link opens in another tab; back here, this page notices.
    const look = () => {
      if (document.visibilityState === 'visible') void client.refetchQueries(sessionQuery);
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [client]);

  const signIn = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get('key') ?? '').trim();
    setBusy(true);
    setError(undefined);
    try {
      await send('/sign-in', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key }),
      });
      await client.resetQueries({ queryKey: sessionQuery.queryKey });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-5 p-6">
      <div>
        <img src={icon} alt="" className="mb-5 size-12" />
        <h1 className="text-2xl font-semibold">Sign in to Cadre</h1>
        <p className="mt-2 text-soft">Give it a goal: a chief of staff plans, operators carry it out.</p>
      </div>
      {hasEnded && (
        <p role="alert" className="flex gap-3 rounded-2xl border border-paused/40 bg-paused/10 p-4 text-sm">
          <Clock aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-paused" />
          <span>
            <strong className="font-semibold">Your session is over.</strong> It ends after 30 minutes without
            use and after 12 hours. Sign in again and this page opens where you were; work went on meanwhile.
          </span>
        </p>
      )}
      <section aria-labelledby="by-link" className="rounded-2xl border border-line bg-card p-5 shadow-card">
        <h2 id="by-link" className="font-medium">
          With the link
        </h2>
        <p className="mt-1 text-sm text-soft">
          Open the link that <code className="text-ink">npm start</code> printed in its terminal. It works
          once. For another, run
        </p>
        <pre className="mt-3 overflow-x-auto rounded-lg bg-sunken px-3 py-2.5 text-sm">
          npm run cadre -- key sign-in
        </pre>
      </section>
      <form onSubmit={signIn} className="space-y-3 rounded-2xl border border-line bg-card p-5 shadow-card">
        <label className="block">
          <span className="font-medium">With a key</span>
          <input
            name="key"
            type="password"
            required
            autoComplete="current-password"
            placeholder="cadre_…"
            spellCheck={false}
            className="mt-2 h-10 w-full rounded-lg border border-line bg-paper px-3 font-mono text-sm placeholder:text-soft"
          />
        </label>
        {error !== undefined && <ProblemBox error={error} />}
        <Button look="main" type="submit" disabled={busy} className="w-full">
          {busy ? 'Signing in …' : 'Sign in'}
        </Button>
      </form>
    </main>
  );
}
