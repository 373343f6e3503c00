import { LoaderCircle } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../parts/button.tsx';

interface LoadMoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): Promise<unknown> };
  /** How many are shown. */
  count: number;
}

/** The end of a list: how many are shown, and the way to more. The button keeps the focus. */
export function LoadMore({ query, count }: LoadMoreProps) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const said = useSaid(isFetchingNextPage, count);
  const end = useRef<HTMLParagraphElement>(null);
  const loadMore = async () => {
    if (isFetchingNextPage) return;
    await fetchNextPage();
    // The last page takes the button away: the focus stays here, it does not fall back to the top.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) end.current?.focus({ preventScroll: true });
    });
  };
  return (
    <div className="mt-5 flex flex-wrap items-center justify-center gap-x-4 gap-y-2">
      <p ref={end} tabIndex={-1} className="text-sm text-soft outline-none">
        {count} {count === 1 ? 'task' : 'tasks'}
        {hasNextPage && ' shown'}
      </p>
      <p role="status" className="sr-only">
        {said}
      </p>
      {hasNextPage && (
        <Button small aria-disabled={isFetchingNextPage} onClick={() => void loadMore()}>
          {isFetchingNextPage && <LoaderCircle className="size-4 animate-spin" aria-hidden="true" />}
          Load more
        </Button>
      )}
    </div>
  );
}

/** What screen readers are told when more was asked for; tasks that come in by themselves are not read out. */
function useSaid(isFetching: boolean, count: number): string {
  const [said, setSaid] = useState('');
  const wasFetching = useRef(false);
  useEffect(() => {
    if (isFetching) setSaid('Loading more …');
    else if (wasFetching.current) setSaid(`${count} tasks shown`);
    wasFetching.current = isFetching;
  }, [isFetching, count]);
  return said;
}
