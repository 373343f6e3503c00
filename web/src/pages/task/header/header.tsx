import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, CircleAlert, PencilLine } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { isFinal, type Task } from '../../../api/models.ts';
import { taskQuery } from '../../../api/queries.ts';
import { useMay } from '../../../api/roles.ts';
import { buttonLook } from '../../../parts/button.tsx';
import { STATUS_MEANS, Status } from '../../../parts/status.tsx';
import { labelOf } from '../../../parts/step-label.ts';
import { Ago, duration, useNow } from '../../../parts/time.tsx';
import { nodesInWords } from '../../../parts/workflow/states.ts';
import { asSentence } from '../plan/why.ts';
import { planOf, progressInWords, progressOf, type Step } from '../steps.ts';
import { Controls } from './controls.tsx';
import { Priority } from './priority.tsx';
import { Rating } from './rating.tsx';

/** What the task is, how it stands, and what can be done with it. */
export function Header({ task, steps }: { task: Task; steps: readonly Step[] }) {
  const mayAct = useMay('operator');
  const final = isFinal(task.status);
  return (
    <header className="mb-5">
      <Crumbs task={task} />
      <div className="flex flex-col gap-x-8 gap-y-3 lg:flex-row lg:items-start">
        <Goal text={task.goal} />
        {mayAct && (
          <div className="flex shrink-0 flex-wrap items-center gap-2 lg:pt-0.5">
            {!final && <Priority task={task} />}
            {task.status === 'completed' && <Rating taskId={task.id} />}
            {final && task.parentId === null && <AskAgain taskId={task.id} />}
            <Controls task={task} />
          </div>
        )}
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-x-5 gap-y-2 text-sm text-soft">
        <span className="inline-flex gap-1">
          <Status status={task.status} />
          {task.status === 'waiting' && steps.length > 0 && 'for its steps'}
        </span>
        {planOf(task)?.workflow ? (
          <span>{nodesInWords(task.nodes)}</span>
        ) : (
          steps.length > 0 && !wentWell(task) && <Progress task={task} steps={steps} />
        )}
        <HowLong task={task} />
        {final && (
          <span>
            asked <Ago at={task.createdAt} />
          </span>
        )}
        {task.agentName && (
          <span className="min-w-0 break-words">
            by{' '}
            <Link
              to="/agents"
              search={task.agentId ? { agent: task.agentId } : {}}
              className="underline decoration-line underline-offset-2 hover:text-ink"
            >
              <bdi>{task.agentName}</bdi>
            </Link>
          </span>
        )}
        {wentWell(task) && <span>{task.stopSentence}</span>}
      </div>
      <p role="status" className="sr-only">
        The task is {task.status}: {STATUS_MEANS[task.status]}.
      </p>
      <Ending task={task} />
    </header>
  );
}

/** To the box on Home with the goal and its files in it: to say it differently, or with other files. */
function AskAgain({ taskId }: { taskId: string }) {
  return (
    <Link to="/" search={{ again: taskId }} className={buttonLook('plain', true)}>
      <PencilLine aria-hidden="true" className="size-4" />
      Ask again
    </Link>
  );
}

/** Where a step stands: in which goal. */
function Crumbs({ task }: { task: Task }) {
  const { data: parent } = useQuery({ ...taskQuery(task.parentId ?? ''), enabled: task.parentId !== null });
  if (task.parentId === null) return null;
  return (
    <nav
      aria-label="Where this step stands"
      className="mb-2 flex min-w-0 items-center gap-1 text-sm text-soft"
    >
      <Link
        to="/tasks/$taskId"
        params={{ taskId: task.parentId }}
        search={{ tab: 'plan' }}
        className="min-w-0 truncate hover:text-ink hover:underline"
        dir="auto"
      >
        {parent?.goal ?? 'The whole task'}
      </Link>
      <ChevronRight aria-hidden="true" className="size-4 shrink-0" />
      <span className="shrink-0" dir="auto">
        {task.step ? labelOf(task.step, task.goal) : 'this step'}
      </span>
    </nav>
  );
}

const LONG_GOAL = 220;

function Goal({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const isLong = text.length > LONG_GOAL || text.split('\n').length > 3;
  return (
    <div className="min-w-0 flex-1">
      <h1
        dir="auto"
        className={`break-words whitespace-pre-line ${isLong && whole ? 'font-medium leading-relaxed' : 'text-2xl font-semibold'} ${isLong && !whole ? 'line-clamp-3' : ''}`}
      >
        {text}
      </h1>
      {isLong && (
        <button
          type="button"
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
          className="mt-1 text-sm text-accent hover:underline"
        >
          {whole ? 'Show less' : 'Show the whole goal'}
        </button>
      )}
    </div>
  );
}

function Progress({ task, steps }: { task: Task; steps: readonly Step[] }) {
  const { done, total } = progressOf(steps);
  const part = done / total;
  const words = progressInWords(steps);
  return (
    <span className="inline-flex items-center gap-2.5">
      <span
        role="progressbar"
        aria-label="Steps done"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={words}
        className="h-1.5 w-28 overflow-hidden rounded-full bg-line"
      >
        <span
          className={`block h-full origin-left rounded-full transition-transform duration-300 motion-reduce:transition-none rtl:origin-right ${task.status === 'failed' ? 'bg-failed' : 'bg-completed'}`}
          style={{ transform: `scaleX(${part})` }}
        />
      </span>
      <span aria-hidden="true">{words}</span>
    </span>
  );
}

function HowLong({ task }: { task: Task }) {
  if (task.completedAt === null) return <Since at={task.createdAt} />;
  return <span>took {duration(Date.parse(task.completedAt) - Date.parse(task.createdAt))}</span>;
}

function Since({ at }: { at: string }) {
  return <span>for {duration(useNow() - Date.parse(at))}</span>;
}

/** What a step says that simply worked: the status says it already. */
const PLAIN_END = 'It was done.';

/** True where the last sentence says what a full bar of progress would. */
const wentWell = ({ status, stopSentence }: Task): boolean =>
  status === 'completed' && /^All \d+ steps were done\.$/.test(stopSentence ?? '');

/** How it ended, in a sentence; what went wrong, with the next step. */
function Ending({ task }: { task: Task }) {
  if (!isFinal(task.status) || !task.stopSentence || task.stopSentence === PLAIN_END || wentWell(task))
    return null;
  if (task.status !== 'failed') {
    return (
      <p dir="auto" className="mt-2 text-sm break-words text-soft">
        {asSentence(task.stopSentence)} {task.stopReason === 'budget' && <RaiseBudget />}
      </p>
    );
  }
  return (
    <Wrong>
      <p dir="auto" className="font-medium break-words">
        {task.stopSentence}
      </p>
      {task.error &&
        task.error.message !== task.stopSentence &&
        !task.stopSentence.includes(task.error.message) && (
          <p dir="auto" className="text-sm break-words text-soft">
            {task.error.message}
          </p>
        )}
      {task.error?.hint && (
        <p dir="auto" className="text-sm break-words">
          {task.error.hint}
        </p>
      )}
      {task.stopReason === 'budget' && (
        <p className="text-sm">
          <RaiseBudget />
        </p>
      )}
      {task.error && (
        <p className="text-xs text-soft">
          <code>{task.error.code}</code>
        </p>
      )}
    </Wrong>
  );
}

/** What to do when a budget stopped the work. */
function RaiseBudget() {
  return (
    <>
      <Link to="/costs" className="text-accent underline underline-offset-2">
        See the budgets
      </Link>
      : raise the one that is used up, then retry. What was done is kept.
    </>
  );
}

function Wrong({ children }: { children: ReactNode }) {
  return (
    <section
      aria-label="What went wrong"
      className="mt-4 flex gap-3 rounded-xl border border-failed/40 bg-failed/5 p-4"
    >
      <CircleAlert aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-failed" />
      <div className="min-w-0 flex-1 space-y-1">{children}</div>
    </section>
  );
}
