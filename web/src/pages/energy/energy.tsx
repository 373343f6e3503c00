import { useQuery } from '@tanstack/react-query';
import { energyQuery } from '../../api/energy-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { MODEL_PAGES, PageTabs } from '../../parts/message/tabs.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Coordination } from './coordination.tsx';
import { Limits } from './limits.tsx';
import { Physical } from './physical.tsx';

/** What work takes in joules and carbon, and apart from it how well agents work together. */
export function Energy() {
  const summary = useQuery(energyQuery);
  return (
    <div className="space-y-6">
      <h1 className="text-2xl font-semibold">Energy</h1>
      <PageTabs label="Parts of the models" pages={MODEL_PAGES} />
      <p className="max-w-prose text-soft">
        Two things are called energy here, and they are never added up. <strong>Joules</strong> are what
        machines really take from the socket. <strong>Coordination energy</strong> has no unit: it is a score
        for how well agents work together, and lower is better.
      </p>
      {summary.isPending && <Busy what="Adding up" />}
      {summary.isError && <ProblemBox error={summary.error} onRetry={() => summary.refetch()} />}
      {summary.data && <Physical summary={summary.data} />}
      <Coordination />
      <Limits />
    </div>
  );
}
