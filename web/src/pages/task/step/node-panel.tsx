import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { PlanNode, Task } from '../../../api/models.ts';
import { Button } from '../../../parts/button.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { StatusMark } from '../../../parts/status-mark.tsx';
import { Ago, duration, useNow } from '../../../parts/time.tsx';
import {
  everyPlace,
  type Flow,
  type FlowStep,
  KIND_WORDS,
  kindOf,
  type Placed,
  placeOf,
  saysOf,
} from '../../../parts/workflow/flow.ts';
import { STATUS_WORDS, statesOf, whichOf } from '../../../parts/workflow/states.ts';
import { useFlow } from '../plan/use-flow.ts';
import { FromHere } from './from-here.tsx';
import { NodeOutput } from './node-output.tsx';

interface NodePanelProps {
  task: Task;
  /** The step of the workflow to show, by its place; the panel is closed without one. */
  place: string | undefined;
  onOpen(step: string): void;
  onClose(): void;
}

/** What took a step back has the path of that step in it. */
const UNDO = /^undo\((.*)\)$/;

/** A step of a workflow that is no single task: what it does, and what became of it in each item or round. */
export function NodePanel({ task, place, onOpen, onClose }: NodePanelProps) {
  const { flow } = useFlow(task);
  const undone = UNDO.exec(place ?? '')?.[1];
  const wanted = undone ?? place;
  const found = useMemo(
    () =>
      flow && wanted !== undefined
        ? [...everyPlace(flow.steps)].find((each) => each.place === placeOf(wanted))
        : undefined,
    [flow, wanted],
  );
  return (
    <Dialog
      open={found !== undefined}
      onClose={onClose}
      place="side"
      title={
        <span className="break-all">
          {found?.step.name}
          {undone !== undefined && ', undone'}
        </span>
      }
    >
      {flow && found && undone === undefined && (
        <Content key={found.place} task={task} flow={flow} found={found} onOpen={onOpen} />
      )}
      {flow && found && undone !== undefined && (
        <Undoing task={task} flow={flow} step={found.step} path={place ?? ''} onOpen={onOpen} />
      )}
    </Dialog>
  );
}

interface ContentProps {
  task: Task;
  flow: Flow;
  found: Placed;
  onOpen(step: string): void;
}

const FIRST_NODES = 50;

function Content({ task, flow, found: { place, step }, onOpen }: ContentProps) {
  const [whole, setWhole] = useState(false);
  const state = useMemo(() => statesOf(flow, task.nodes).get(place), [flow, task.nodes, place]);
  const own = state?.nodes ?? [];
  // Of a step that has items or rounds, each of them is told.
  const inside = task.nodes.filter(({ kind, path }) => kind === 'block' && placeOf(path) === `${place}[]`);
  const nodes = inside.length > 0 ? inside : own;
  const shown = whole ? nodes : nodes.slice(0, FIRST_NODES);
  return (
    <div className="space-y-5">
      <section>
        <p className="text-sm text-soft">{KIND_WORDS[kindOf(step)]}</p>
        <p className="break-words" dir="auto">
          {saysOf(step)}
        </p>
        {step.description !== undefined && (
          <p className="mt-1 text-sm break-words whitespace-pre-line text-soft" dir="auto">
            {step.description}
          </p>
        )}
        {step.if !== undefined && (
          <p className="mt-1 text-sm text-soft">
            Only if <code className="break-all">{step.if}</code>
          </p>
        )}
        {step.needs !== undefined && step.needs.length > 0 && (
          <p className="mt-1 text-sm break-words text-soft">After {step.needs.join(', ')}.</p>
        )}
      </section>
      <section aria-label="What became of it" className="space-y-2">
        <h3 className="font-semibold">What became of it</h3>
        {state && (
          <p className="flex items-center gap-2 text-sm">
            <StatusMark status={state.status} />
            {state.words}
          </p>
        )}
        {nodes.length === 0 && (
          <p className="text-sm text-soft">
            {task.completedAt === null
              ? 'It begins when what it needs has ended.'
              : 'The task ended, or went another way, before it could begin.'}
          </p>
        )}
        <ul className="divide-y divide-line rounded-xl border border-line text-sm empty:hidden">
          {shown.map((node) => (
            <li key={node.path} className="space-y-1 px-3 py-2">
              <NodeLine node={node} task={task} which={whichOf(node.path, flow)} onOpen={onOpen} />
            </li>
          ))}
        </ul>
        {shown.length < nodes.length && (
          <Button small look="quiet" onClick={() => setWhole(true)}>
            Show all {nodes.length}
          </Button>
        )}
      </section>
    </div>
  );
}

interface UndoingProps {
  task: Task;
  flow: Flow;
  /** The step that was taken back. */
  step: FlowStep;
  /** What took it back. */
  path: string;
  onOpen(step: string): void;
}

/** What took a step back, and how that ended. */
function Undoing({ task, flow, step, path, onOpen }: UndoingProps) {
  const node = task.nodes.find((each) => each.path === path);
  return (
    <div className="space-y-5">
      <section>
        <p className="text-sm text-soft">takes back what {step.name} did</p>
        <p className="break-words" dir="auto">
          {step.compensate?.goal}
        </p>
      </section>
      <section aria-label="What became of it" className="space-y-2">
        <h3 className="font-semibold">What became of it</h3>
        {node && (
          <div className="space-y-1 rounded-xl border border-line px-3 py-2 text-sm">
            <NodeLine node={node} task={task} which={whichOf(path, flow)} onOpen={onOpen} />
          </div>
        )}
      </section>
    </div>
  );
}

interface NodeLineProps {
  node: PlanNode;
  /** The task whose plan it stands in. */
  task: Task;
  which: string;
  onOpen(step: string): void;
}

function NodeLine({ node, task, which, onOpen }: NodeLineProps) {
  const { path, kind, status, taskId, error, startedAt } = node;
  // What a fork took over was done by a step of another task.
  const isHere = task.subtasks.some(({ id }) => id === taskId);
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2">
        <StatusMark status={status} />
        {which !== '' && <span className="font-medium">{which}</span>}
        <span>{STATUS_WORDS[status]}</span>
        <span className="text-soft">
          began <Ago at={startedAt} />
          {status !== 'skipped' && (
            <>
              , took <NodeTook node={node} />
            </>
          )}
        </span>
        {taskId !== null && isHere && (
          <button
            type="button"
            onClick={() => onOpen(path)}
            className="ml-auto text-accent underline underline-offset-2"
          >
            Open its work<span className="sr-only"> {which}</span>
          </button>
        )}
        {taskId !== null && !isHere && (
          <Link
            to="/tasks/$taskId"
            params={{ taskId }}
            className="ml-auto text-accent underline underline-offset-2"
          >
            Open its work<span className="sr-only"> {which}</span>, taken over
          </Link>
        )}
      </p>
      {kind === 'approval' && (
        <Link to="/approvals" search={{ task: task.id }} className="text-accent underline underline-offset-2">
          {status === 'waiting' ? 'See the question and decide' : 'See the question and what was decided'}
        </Link>
      )}
      {error && (
        <p className="break-words text-failed" dir="auto">
          {error.message} <code className="text-xs text-soft">{error.code}</code>
        </p>
      )}
      {taskId === null && status === 'completed' && <NodeOutput taskId={task.id} node={node} which={which} />}
      <FromHere task={task} path={path} />
    </>
  );
}

function NodeTook({ node: { startedAt, endedAt } }: { node: PlanNode }) {
  return endedAt === null ? (
    <Counting startedAt={startedAt} />
  ) : (
    duration(Date.parse(endedAt) - Date.parse(startedAt))
  );
}

function Counting({ startedAt }: { startedAt: string }) {
  return duration(useNow() - Date.parse(startedAt));
}
