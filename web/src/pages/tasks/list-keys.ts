import type { RefObject } from 'react';
import { useKeys } from '../../shell/keys.tsx';

/** `j` and `k` move between the rows; the rows are links, so Enter opens them by itself. */
export function useListKeys(list: RefObject<HTMLElement | null>): void {
  const move = (by: 1 | -1) => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement); // -1 for what is no row
    const next = at < 0 ? rows[0] : rows[at + by];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  useKeys(
    {
      j: { does: 'Next task (Enter opens it)', run: () => move(1) },
      k: { does: 'Task before', run: () => move(-1) },
    },
    'List of tasks',
  );
}
