import { useQuery } from '@tanstack/react-query';
import type { PlanNode } from '../../../api/models.ts';
import { nodeQuery } from '../../../api/queries.ts';
import { Busy } from '../../../parts/busy.tsx';
import { Fold } from '../../../parts/fold.tsx';
import { Json } from '../../../parts/json.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';

interface NodeOutputProps {
  taskId: string;
  node: PlanNode;
  /** Which item or round it is, in words. */
  which: string;
}

/** What a step gave that is no task of its own; asked for once it is unfolded. */
export function NodeOutput({ taskId, node, which }: NodeOutputProps) {
  return (
    <Fold title={<span>What it gave{which !== '' && <span className="sr-only"> in {which}</span>}</span>}>
      <Output taskId={taskId} node={node} which={which} />
    </Fold>
  );
}

function Output({ taskId, node: { path, endedAt }, which }: NodeOutputProps) {
  const { data, error, refetch } = useQuery(nodeQuery(taskId, path, endedAt));
  if (data) return <Json value={data.output} label={`What the step gave as JSON ${which}`.trim()} />;
  return error ? (
    <ProblemBox error={error} onRetry={() => refetch()} />
  ) : (
    <Busy what="Reading what it gave" />
  );
}
