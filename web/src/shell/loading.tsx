import { useRouterState } from '@tanstack/react-router';

/** A thin line at the top while a page is on its way; what comes at once shows none. */
export function Loading() {
  const isPending = useRouterState({ select: ({ status }) => status === 'pending' });
  if (!isPending) return null;
  return (
    <div role="progressbar" aria-label="Opening the page" className="fixed inset-x-0 top-0 z-50 h-0.5">
      <div className="opening h-full bg-accent" />
    </div>
  );
}
