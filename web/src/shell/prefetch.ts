import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { whenTouched } from '../parts/first-touch.ts';

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
        // What cannot be had now is fetched when it is opened.
        for (const fetchPart of [...windows, ...pages]) Promise.resolve(fetchPart()).catch(() => undefined);
      }),
    [router, windows],
  );
}
