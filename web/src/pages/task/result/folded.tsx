import { type ReactNode, useState } from 'react';
import { Button } from '../../../parts/button.tsx';
import { usePrinting } from './printing.ts';

interface FoldedProps<T> {
  items: readonly T[];
  /** How many stand there before more is asked for. */
  first: number;
  /** What they are, in the plural: "amounts". */
  what: string;
  children(items: readonly T[]): ReactNode;
}

/** Those drawn at once when all of a very long list are asked for. */
const STEP = 500;

/** The first of a list, and the rest on demand. On paper all are there. */
export function Folded<T>({ items, first, what, children }: FoldedProps<T>) {
  const [most, setMost] = useState(first);
  const printing = usePrinting();
  const shown = printing ? items : items.slice(0, most);
  const left = items.length - shown.length;
  const next = Math.min(items.length, most + STEP);
  return (
    <>
      {children(shown)}
      {(left > 0 || most > first) && items.length > first && (
        <div className="mt-4 print:hidden">
          {left > 0 ? (
            <Button small onClick={() => setMost(next)}>
              {next === items.length
                ? `Show all ${items.length} ${what}`
                : `Show ${STEP} more of ${items.length} ${what}`}
            </Button>
          ) : (
            <Button small look="quiet" onClick={() => setMost(first)}>
              Show fewer {what}
            </Button>
          )}
        </div>
      )}
    </>
  );
}
