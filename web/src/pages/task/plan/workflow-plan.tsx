import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo } from 'react';
import type { Plan, PlanNode, Task } from '../../../api/models.ts';
import { Busy } from '../../../parts/busy.tsx';
import { Fold } from '../../../parts/fold.tsx';
import { patiently } from '../../../parts/patiently.ts';
import { ProblemBox } from '../../../parts/problem.tsx';
import { StatusMark } from '../../../parts/status-mark.tsx';
import { nodesAt, type PlaceState, STATUS_WORDS, statesOf } from '../../../parts/workflow/states.ts';
import { WorkflowSteps } from '../../../parts/workflow/workflow-steps.tsx';
import { ReplayBar } from '../replay/replay-bar.tsx';
import type { Replay } from '../replay/use-replay.ts';
import { AssignmentView } from '../step/assignment.tsx';
import { assignmentOf, isOneOperators } from '../steps.ts';
import { useFlow } from './use-flow.ts';

const WorkflowGraph = lazy(() =>
  patiently(() => import('../../../parts/workflow/workflow-graph.tsx')).then((module) => ({
    default: module.WorkflowGraph,
  })),
);

interface WorkflowPlanProps {
  task: Task;
  workflow: NonNullable<Plan['workflow']>;
  replay: Replay;
  onOpen(step: string): void;
}

/** The server tells so many nodes of a plan at most. */
const MOST_NODES = 3_000;

/** The steps of the workflow that a task follows, with what became of each. */
export function WorkflowPlan({ task, workflow, replay, onOpen }: WorkflowPlanProps) {
  const { flow, error, again } = useFlow(task);
  const { atMs } = replay;
  const assignment = assignmentOf(task);
  const nodes = useMemo(
    () => (atMs === undefined ? task.nodes : nodesAt(task.nodes, atMs)),
    [task.nodes, atMs],
  );
  const states = useMemo(() => (flow ? statesOf(flow, nodes) : new Map<string, PlaceState>()), [flow, nodes]);
  // A step that one task carries out opens as that task; others open with what is known of them.
  const open = useCallback(
    (place: string) => {
      const [only, ...more] = states.get(place)?.nodes ?? [];
      onOpen(only?.taskId && more.length === 0 ? only.path : place);
    },
    [states, onOpen],
  );
  const undone = nodes.filter(({ path }) => path.startsWith('undo('));
  return (
    <div className="space-y-5">
      <p className="text-sm text-soft">
        It follows the workflow{' '}
        <Link
          to="/workflows/$name"
          params={{ name: workflow.workflowId }}
          search={{ version: workflow.version }}
          className="font-medium text-ink underline decoration-line underline-offset-2"
        >
          {workflow.name}
        </Link>
        , version {workflow.version}, and keeps to it.
        {isOneOperators(task) && task.agentName !== null && (
          <>
            {' '}
            <bdi className="font-medium text-ink">{task.agentName}</bdi> carries out all its steps; they are
            no tasks of their own.
          </>
        )}
      </p>
      {isOneOperators(task) && assignment && (
        <Fold title={`Why ${assignment.agentName}?`}>
          <AssignmentView assignment={assignment} />
        </Fold>
      )}
      <ReplayBar replay={replay} status={task.status} />
      {!flow && (error ? <ProblemBox error={error} onRetry={again} /> : <Busy what="Opening the workflow" />)}
      {flow && (
        <>
          <Suspense fallback={<Busy what="Drawing the steps" />}>
            <WorkflowGraph flow={flow} states={states} onOpen={open} />
          </Suspense>
          <section aria-labelledby="steps-heading">
            <h2 id="steps-heading" className="mb-2 text-lg font-semibold">
              Steps
            </h2>
            <div className="rounded-2xl border border-line bg-card p-4 shadow-card">
              <WorkflowSteps steps={flow.steps} states={states} onOpen={open} />
            </div>
            {task.nodes.length >= MOST_NODES && (
              <p className="mt-2 text-sm text-soft">
                Only what began first is counted here: there is more than this page shows.
              </p>
            )}
          </section>
        </>
      )}
      {undone.length > 0 && <Undone nodes={undone} onOpen={onOpen} />}
    </div>
  );
}

/** What was done to take completed steps back after a failure. */
function Undone({ nodes, onOpen }: { nodes: readonly PlanNode[]; onOpen(step: string): void }) {
  return (
    <section aria-labelledby="undone-heading">
      <h2 id="undone-heading" className="mb-2 text-lg font-semibold">
        What was undone
      </h2>
      <ul className="space-y-1 rounded-2xl border border-line bg-card p-4 text-sm shadow-card">
        {nodes.map((node) => (
          <li key={node.path} className="flex flex-wrap items-center gap-2">
            <StatusMark status={node.status} />
            <button
              type="button"
              onClick={() => onOpen(node.path)}
              className="text-left font-medium break-all hover:underline"
            >
              {node.path.replace(/^undo\((.*)\)$/, '$1')}
            </button>
            <span className="text-soft">{STATUS_WORDS[node.status]}</span>
            {node.error && (
              <span className="min-w-0 break-words text-failed" dir="auto">
                {node.error.message}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
