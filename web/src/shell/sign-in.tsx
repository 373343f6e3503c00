import { useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { send } from '../api/client.ts';
import { sessionQuery } from '../api/queries.ts';
import icon from '../icon.svg';
import { Button } from '../parts/button.tsx';
import { ProblemBox } from '../parts/problem.tsx';

/** Who is not signed in sees how to: by the link of the start, or with a key. */
export function SignIn() {
  const client = useQueryClient();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
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
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-6 p-6">
      <div>
        <img src={icon} alt="" className="mb-4 size-12" />
        <h1 className="text-2xl font-semibold">Sign in to Cadre</h1>
        <p className="mt-2 text-soft">Give it a goal: a chief of staff plans, operators carry it out.</p>
      </div>
      <section aria-labelledby="by-link" className="rounded-2xl border border-line bg-card p-5 shadow-card">
        <h2 id="by-link" className="font-medium">
          With the link
        </h2>
        <p className="mt-1 text-sm text-soft">
          Open the link that <code className="text-ink">npm start</code> printed in its terminal. It works
          once. For another, run
        </p>
        <pre className="mt-2 overflow-x-auto rounded-lg bg-sunken p-2.5 text-sm">
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
            className="mt-2 h-10 w-full rounded-lg border border-line bg-paper px-3 font-mono text-sm"
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
