import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowUpRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { Task } from '../../../api/models.ts';
import { taskQuery } from '../../../api/queries.ts';
import { Busy } from '../../../parts/busy.tsx';
import { Button } from '../../../parts/button.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { Fold } from '../../../parts/fold.tsx';
import { Json } from '../../../parts/json.tsx';
import { prettyJson, sizeOf } from '../../../parts/pretty-json.ts';
import { ProblemBox } from '../../../parts/problem.tsx';
import { Status } from '../../../parts/status.tsx';
import { StatusMark } from '../../../parts/status-mark.tsx';
import { Calls } from '../calls/calls.tsx';
import { Took } from '../plan/took.tsx';
import { asSentence } from '../plan/why.ts';
import { assignmentOf, type Step } from '../steps.ts';
import { Written } from '../written/written.tsx';
import { AssignmentView } from './assignment.tsx';
import { Files } from './files.tsx';
import { Messages } from './messages.tsx';
import { Checkpoints, Runs } from './runs.tsx';

interface StepPanelProps {
  /** The step to show; the panel is closed without one. */
  step: Step | undefined;
  steps: readonly Step[];
  /** What can be done with the step, below what it is. */
  doings?: ReactNode;
  onOpen(name: string): void;
  onClose(): void;
}

/** Everything about one step, at the side of its plan. */
export function StepPanel({ step, steps, doings, onOpen, onClose }: StepPanelProps) {
  return (
    <Dialog
      open={step !== undefined}
      onClose={onClose}
      place="side"
      title={<span dir="auto">{step?.label}</span>}
      actions={
        step && (
          <Link
            to="/tasks/$taskId"
            params={{ taskId: step.taskId }}
            className="mt-0.5 inline-flex items-center gap-1 rounded text-sm whitespace-nowrap text-soft hover:text-ink"
          >
            Open its page <ArrowUpRight aria-hidden="true" className="size-4" />
          </Link>
        )
      }
    >
      {step && doings}
      {step && <Content key={step.name} step={step} steps={steps} onOpen={onOpen} />}
    </Dialog>
  );
}

function Content({
  step,
  steps,
  onOpen,
}: {
  step: Step;
  steps: readonly Step[];
  onOpen(name: string): void;
}) {
  const { data: task, error, isPending, refetch } = useQuery(taskQuery(step.taskId));
  return (
    <div className="space-y-6">
      <section>
        <p className="break-words" dir="auto">
          {asSentence(step.goal)}
        </p>
        {step.doneWhen && (
          <p className="mt-1 text-sm break-words text-soft" dir="auto">
            Done when {step.doneWhen.replace(/\.$/, '')}.
          </p>
        )}
        <p className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-soft">
          <Status status={step.status} />
          {step.startedAt !== null && (
            <span>
              worked <Took step={step} />
            </span>
          )}
          {step.optional && <span>the task can do without it</span>}
        </p>
        {task?.stopSentence && task.status !== 'completed' && (
          <div className="mt-2 rounded-lg border border-failed/40 bg-failed/5 p-3 text-sm">
            <p className="break-words" dir="auto">
              {task.stopSentence}
            </p>
            {task.error?.hint && (
              <p className="mt-0.5 break-words text-soft" dir="auto">
                {task.error.hint}
              </p>
            )}
          </div>
        )}
      </section>
      <Written taskId={step.taskId} />
      {isPending && <Busy what="Opening the step" />}
      {error && <ProblemBox error={error} onRetry={() => refetch()} />}
      {task && <Sections task={task} step={step} steps={steps} onOpen={onOpen} />}
    </div>
  );
}

function Sections({
  task,
  step,
  steps,
  onOpen,
}: {
  task: Task;
  step: Step;
  steps: readonly Step[];
  onOpen(name: string): void;
}) {
  const assignment = assignmentOf(task);
  const needs = steps.filter((each) => step.dependsOn.includes(each.name));
  const hasInput = Object.keys(task.input).length > 0;
  const output = task.result?.output;
  return (
    <>
      <Part title="Who does it, and why">
        {assignment ? (
          <AssignmentView assignment={assignment} />
        ) : (
          <p className="text-sm text-soft">Nobody yet.</p>
        )}
      </Part>
      <Part title="What it works with">
        {needs.length > 0 && (
          <>
            <p className="text-sm text-soft">Results of</p>
            <Needs needs={needs} onOpen={onOpen} />
          </>
        )}
        {task.files.length > 0 && (
          <>
            <p className="mb-1 text-sm text-soft">Files</p>
            <Files ids={task.files} />
          </>
        )}
        {hasInput && <Json value={task.input} label="Input of the step as JSON" />}
        {needs.length === 0 && task.files.length === 0 && !hasInput && (
          <p className="text-sm text-soft">Only its goal.</p>
        )}
      </Part>
      <Part title="What came out">
        {task.result ? (
          <Fold title={`Output, ${sizeOf(prettyJson(output))}`}>
            <Json value={output} label="Output of the step as JSON" />
          </Fold>
        ) : (
          <p className="text-sm text-soft">
            {task.completedAt === null ? 'Nothing yet: it is not done.' : 'Nothing: it did not complete.'}
          </p>
        )}
      </Part>
      <Calls of={{ taskId: task.id }} title="Calls of models" />
      <Part title="Checkpoints">
        <Checkpoints steps={task.steps} />
      </Part>
      <Part title="Runs">
        <Runs runs={task.runs} />
      </Part>
      <Part title="Messages">
        <Messages taskId={task.id} />
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-1.5 font-semibold">
        {title}
      </h3>
      {children}
    </section>
  );
}

const FIRST_NEEDS = 12;

/** The steps whose results a step builds on, each a way to it. */
function Needs({ needs, onOpen }: { needs: readonly Step[]; onOpen(name: string): void }) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? needs : needs.slice(0, FIRST_NEEDS);
  return (
    <div className="mb-3">
      <ul className="mt-1 flex flex-wrap gap-2">
        {shown.map((need) => (
          <li key={need.name} className="min-w-0">
            <button
              type="button"
              onClick={() => onOpen(need.name)}
              className="flex max-w-full items-center gap-1.5 rounded-lg border border-line px-2.5 py-1 text-sm hover:bg-sunken"
            >
              <StatusMark status={need.status} />
              <span className="truncate" dir="auto">
                {need.label}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length < needs.length && (
        <Button small look="quiet" className="mt-1" onClick={() => setWhole(true)}>
          Show all {needs.length} steps
        </Button>
      )}
    </div>
  );
}
