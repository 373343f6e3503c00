import { ArrowUp } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { TaskSummary } from '../../api/models.ts';
import { countAbove } from './fresh.ts';

/** Somebody who scrolled this far does not see the top of the list. */
const SCROLLED_PX = 240;

/** Tells somebody who scrolled down that tasks came in above, and leads there. */
export function NewAbove({ tasks }: { tasks: readonly TaskSummary[] }) {
  const firstId = tasks[0]?.id;
  const [topId, setTopId] = useState<string>();
  useEffect(() => {
    const look = () => setTopId((before) => (scrollY < SCROLLED_PX ? undefined : (before ?? firstId)));
    look();
    addEventListener('scroll', look, { passive: true });
    return () => removeEventListener('scroll', look);
  }, [firstId]);
  const count = countAbove(tasks, topId);
  return (
    <div role="status" className="pointer-events-none sticky top-3 z-10 flex h-0 justify-center">
      {count > 0 && (
        <button
          type="button"
          onClick={() => scrollTo({ top: 0 })}
          className="pointer-events-auto flex h-9 items-center gap-1.5 rounded-full bg-accent px-4 text-sm font-medium text-on-accent shadow-float"
        >
          <ArrowUp className="size-4" aria-hidden="true" />
          {count} new
        </button>
      )}
    </div>
  );
}
