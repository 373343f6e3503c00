import { Link } from '@tanstack/react-router';
import { Workflow } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { isFinal, type Task } from '../../../api/models.ts';
import { Busy } from '../../../parts/busy.tsx';
import { buttonLook } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { patiently } from '../../../parts/patiently.ts';
import { ReplayBar } from '../replay/replay-bar.tsx';
import type { Replay } from '../replay/use-replay.ts';
import { Reviewed } from '../result/reviewed.tsx';
import { AssignmentView } from '../step/assignment.tsx';
import { assignmentOf, planOf } from '../steps.ts';
import { StepTable } from './step-table.tsx';
import { Moment } from './took.tsx';
import { Why } from './why.tsx';
import { WorkflowPlan } from './workflow-plan.tsx';

const Graph = lazy(() =>
  patiently(() => import('./graph.tsx')).then((module) => ({ default: module.Graph })),
);

interface PlanProps {
  task: Task;
  replay: Replay;
  onOpen(step: string): void;
}

/** Why steps that were done are open again: the review of the chief, and the way to what there is so far. */
function AnotherRound({ task }: { task: Task }) {
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 rounded-xl border border-line bg-card p-4 shadow-card">
      <div className="min-w-0 flex-1 [&>p]:mb-0">
        <Reviewed task={task} />
      </div>
      <Link
        to="/tasks/$taskId"
        params={{ taskId: task.id }}
        search={{ tab: 'result' }}
        className={buttonLook('plain', true)}
      >
        See the result so far
      </Link>
    </div>
  );
}

/** How the task is carried out: the plan with its steps, or the one agent who does it all. */
export function Plan({ task, replay, onOpen }: PlanProps) {
  const plan = planOf(task);
  const assignment = assignmentOf(task);
  if (plan?.workflow)
    return <WorkflowPlan task={task} workflow={plan.workflow} replay={replay} onOpen={onOpen} />;
  if (plan && replay.steps.length > 0) {
    return (
      <Moment value={replay.atMs}>
        <div className="space-y-5">
          {!isFinal(task.status) && task.result?.review && <AnotherRound task={task} />}
          <Why plan={plan} />
          <ReplayBar replay={replay} status={task.status} />
          <Suspense fallback={<Busy what="Drawing the plan" />}>
            <Graph steps={replay.steps} onOpen={onOpen} />
          </Suspense>
          <section aria-labelledby="steps-heading">
            <h2 id="steps-heading" className="mb-2 text-lg font-semibold">
              Steps
            </h2>
            <div className="overflow-hidden rounded-2xl border border-line bg-card shadow-card">
              <StepTable steps={replay.steps} onOpen={onOpen} />
            </div>
          </section>
        </div>
      </Moment>
    );
  }
  if (assignment) {
    return (
      <section aria-labelledby="alone-heading" className="space-y-3">
        <h2 id="alone-heading" className="text-lg font-semibold">
          {task.parentId === null ? 'One agent does it all' : 'Who does this step, and why'}
        </h2>
        {task.parentId === null && (
          <p className="text-soft">This task has no plan: it was given to one agent as a whole.</p>
        )}
        <div className="rounded-2xl border border-line bg-card p-5 shadow-card">
          <AssignmentView assignment={assignment} />
        </div>
      </section>
    );
  }
  return (
    <Empty
      title={isFinal(task.status) ? 'There is no plan' : 'There is no plan yet'}
      icon={<Workflow className="size-8" />}
    >
      {isFinal(task.status)
        ? 'The task ended before it was planned; the reason stands above.'
        : 'The chief of staff is about to plan it. The steps appear here by themselves, with who does each and why.'}
    </Empty>
  );
}
