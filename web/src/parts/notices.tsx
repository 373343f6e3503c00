import { lazy, type ReactNode, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { Problem } from '../api/client.ts';
import { whenTouched } from './first-touch.ts';
import { patiently } from './patiently.ts';

export interface Notice {
  title: string;
  description?: string | undefined;
  isProblem?: boolean;
}

/** What is to be shown as soon as the corner is there. */
let waiting: readonly Notice[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Notice[]): void {
  waiting = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const forget = (shown: readonly Notice[]) => change(waiting.filter((each) => !shown.includes(each)));

/** Tells that something was done. Read out by screen readers; goes by itself. */
export function notify(title: string, description?: string): void {
  change([...waiting, { title, description }]);
}

/** Tells that something was refused, with the next step. Stays longer. */
export function notifyProblem(error: unknown): void {
  const details = error instanceof Problem ? error.details : undefined;
  change([
    ...waiting,
    { title: details?.detail ?? String(error), description: details?.hint, isProblem: true },
  ]);
}

const Corner = lazy(() =>
  patiently(() => import('./notice-corner.tsx')).then((part) => ({ default: part.NoticeCorner })),
);

/**
 * The corner where notices appear. It is fetched when somebody touches the page, so that it is there, and known to
 * screen readers, before the first notice; and even when the server is away by then.
 */
export function Notices({ children }: { children: ReactNode }) {
  const notices = useSyncExternalStore(subscribe, () => waiting);
  const [isTouched, setTouched] = useState(false);
  useEffect(() => whenTouched(() => setTouched(true)), []);
  return (
    <>
      {children}
      {(isTouched || notices.length > 0) && (
        <Suspense fallback={null}>
          <Corner waiting={notices} onShown={forget} />
        </Suspense>
      )}
    </>
  );
}
