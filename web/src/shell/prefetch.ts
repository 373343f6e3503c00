import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { whenTouched } from '../parts/first-touch.ts';

let underWay = 0;

/** True while parts are fetched ahead: one that is not there troubles nobody yet. */
export const isPrefetching = (): boolean => underWay > 0;

async function fetchAhead(fetchPart: () => unknown): Promise<void> {
  underWay += 1;
  try {
    await fetchPart();
  } catch {
    // What cannot be had now is fetched when it is opened.
  } finally {
    underWay -= 1;
  }
}

/**
 * Fetches the other pages and windows when somebody first touches this one: they open at once, and they open even
 * while the server is away.
 */
export function usePrefetch(windows: ReadonlyArray<() => Promise<unknown>>): void {
  const router = useRouter();
  useEffect(
    () =>
      whenTouched(() => {
        const pages = Object.values(router.routesById).map((route) => () => router.loadRouteChunk(route));
        for (const fetchPart of [...windows, ...pages]) void fetchAhead(fetchPart);
      }),
    [router, windows],
  );
}
