import type { ReactNode } from 'react';
import type { Task } from '../../../api/models.ts';
import { askedBy } from '../../../parts/asked-by.ts';
import { Copy } from '../../../parts/copy.tsx';
import { type FactRows, Facts } from '../../../parts/facts.tsx';
import { Json } from '../../../parts/json.tsx';
import { Ago, duration } from '../../../parts/time.tsx';
import { Calls } from '../calls/calls.tsx';
import { priorityName } from '../header/controls.ts';
import { Files } from '../step/files.tsx';
import { Checkpoints, Runs } from '../step/runs.tsx';
import { isOneOperators, ownStepsOf } from '../steps.ts';
import { Estimate } from './estimate.tsx';
import { Usage } from './usage.tsx';

/** What the task used, what it was given, and its identity. */
export function Details({ task }: { task: Task }) {
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      <div className="min-w-0 space-y-5">
        <Card title="Usage">
          <Usage usage={task.usage} steps={stepsDone(task)} />
          <Estimate task={task} />
          <Calls
            of={task.parentId === null ? { rootId: task.rootId } : { taskId: task.id }}
            title="Calls of models"
          />
        </Card>
        <Card title="What it was given">
          {task.files.length > 0 ? (
            <Files ids={task.files} />
          ) : (
            <p className="text-sm text-soft">No files.</p>
          )}
          {Object.keys(task.input).length > 0 && (
            <div className="mt-3">
              <Json value={task.input} label="Input of the task as JSON" />
            </div>
          )}
        </Card>
      </div>
      <div className="min-w-0 space-y-5">
        <Card title="Times">
          <Facts
            rows={[
              ['Asked', <When key="at" at={task.createdAt} />],
              ['Asked by', askedBy(task.createdBy)],
              ['Began', <When key="at" at={task.startedAt} otherwise="not yet" />],
              ['Ended', <When key="at" at={task.completedAt} otherwise="not yet" />],
              ['Deadline', <When key="at" at={task.deadline} otherwise="none" />],
              [
                'Waited before it began',
                task.startedAt === null
                  ? 'not begun'
                  : duration(Date.parse(task.startedAt) - Date.parse(task.createdAt)),
              ],
              ['Priority', priorityName(task.priority)],
            ]}
          />
        </Card>
        <Card title="Identity">
          <Facts
            rows={[
              ['Task', <Id key="id" id={task.id} what="the id of the task" />],
              ...(task.rootId === task.id
                ? []
                : ([
                    ['Goal', <Id key="id" id={task.rootId} what="the id of the goal" />],
                  ] satisfies FactRows)),
              ...(task.agentId
                ? ([
                    ['Agent', <Id key="id" id={task.agentId} what="the id of the agent" />],
                  ] satisfies FactRows)
                : []),
              ['Type', task.type],
              ...(task.capability ? ([['Capability', task.capability]] satisfies FactRows) : []),
              ...(task.stopReason ? ([['Stop reason', task.stopReason]] satisfies FactRows) : []),
            ]}
          />
        </Card>
        <Card title="Runs">
          <Runs runs={task.runs} />
        </Card>
        {task.steps.length > 0 && (
          <Card title="Checkpoints">
            <Checkpoints steps={task.steps} />
          </Card>
        )}
      </div>
    </div>
  );
}

/** Steps of a workflow that one agent carries out are counted here; others are tasks, and counted with what they used. */
function stepsDone(task: Task): number | undefined {
  if (!isOneOperators(task)) return undefined;
  return ownStepsOf(task).filter(({ status }) => status === 'completed').length;
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="min-w-0 rounded-2xl border border-line bg-card p-5 shadow-card">
      <h2 className="mb-3 text-lg font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Id({ id, what }: { id: string; what: string }) {
  return (
    <>
      <code className="text-xs break-all">{id}</code> <Copy text={id} what={what} />
    </>
  );
}

function When({ at, otherwise = '' }: { at: string | null; otherwise?: string }) {
  if (at === null) return otherwise;
  return (
    <>
      {new Date(at).toLocaleString()}
      <span className="text-soft">
        {' '}
        · <Ago at={at} />
      </span>
    </>
  );
}
