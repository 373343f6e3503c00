import type { Task } from '../../../api/models.ts';
import { Facts } from '../../../parts/facts.tsx';
import { nothingReported, usageRows } from './usage.ts';

/** What the task used: time, tokens, money, energy, as far as its agents said. */
export function Usage({ usage, steps }: { usage: Task['usage']; steps?: number | undefined }) {
  return (
    <>
      <Facts rows={usageRows(usage, steps)} />
      {nothingReported(usage) && (
        <p className="mt-3 text-sm text-soft">
          Built-in skills use no language model, so they have no tokens and no cost. Agents with an endpoint
          of their own may report theirs.
        </p>
      )}
    </>
  );
}
