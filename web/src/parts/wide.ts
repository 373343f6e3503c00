import { useSyncExternalStore } from 'react';

const wide = matchMedia('(min-width: 48rem)');

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

/** True where there is room for a table and for the navigation at the left (Tailwind's `md`). */
export function useWide(): boolean {
  return useSyncExternalStore(subscribe, () => wide.matches);
}
