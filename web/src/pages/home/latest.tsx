import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ListTodo } from 'lucide-react';
import { isFinal, type TaskSummary } from '../../api/models.ts';
import { tasksQuery } from '../../api/queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Status } from '../../parts/status.tsx';
import { Ago } from '../../parts/time.tsx';

const MOST = 8;
/** The question behind the list: others find its answer by it. */
export const LATEST = [{}, MOST] as const;
const MOST_OPEN = 20;
const OPEN = 'pending,running,waiting,paused';

/** What runs now and what ran last, newest first. */
export function LatestTasks() {
  const tasks = useInfiniteQuery(tasksQuery(...LATEST));
  const underWay = useInfiniteQuery(tasksQuery({ status: OPEN }, MOST_OPEN));
  const all = tasks.data?.pages[0]?.items ?? [];
  // What was begun long ago and still runs stands above what is new and over.
  const open = underWay.data?.pages[0]?.items.filter(({ status }) => !isFinal(status)) ?? [];
  const shown = [...open, ...all.filter(({ id }) => !open.some((task) => task.id === id))];
  const shownCount = Math.max(MOST, open.length);
  return (
    <section aria-labelledby="latest" className="min-w-0">
      <div className="mb-3 flex items-baseline gap-3">
        <h2 id="latest" className="text-lg font-semibold">
          Tasks
        </h2>
        {open.length > 0 && (
          <p className="text-sm text-soft">
            {open.length === MOST_OPEN ? `${MOST_OPEN} or more` : open.length} under way
          </p>
        )}
        <Link to="/tasks" className="ml-auto text-sm text-accent hover:underline">
          All tasks
        </Link>
      </div>
      {tasks.isPending && <Busy what="Looking for tasks" />}
      {tasks.isError && <ProblemBox error={tasks.error} onRetry={() => tasks.refetch()} />}
      {tasks.data && all.length === 0 && (
        <Empty title="No task yet" icon={<ListTodo className="size-6" />}>
          Say above what the team should do. The chief makes a plan, operators carry it out at the same time,
          and you see every step here.
        </Empty>
      )}
      {shown.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card shadow-card">
          {shown.slice(0, shownCount).map((task) => (
            <TaskRow key={task.id} task={task} />
          ))}
        </ul>
      )}
    </section>
  );
}

function TaskRow({ task }: { task: TaskSummary }) {
  const { progress } = task;
  const part = progress && progress.total > 0 ? progress.done / progress.total : undefined;
  return (
    <li>
      <Link
        to="/tasks/$taskId"
        params={{ taskId: task.id }}
        className="block px-4 py-3 -outline-offset-2 hover:bg-sunken/60"
      >
        <span dir="auto" className="line-clamp-2 font-medium break-words">
          {task.goal}
        </span>
        <span className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft">
          <Status status={task.status} />
          {progress && !isFinal(task.status) && (
            <span>
              {progress.done} of {progress.total} steps
            </span>
          )}
          <span className="ml-auto text-xs">
            <Ago at={task.completedAt ?? task.createdAt} />
          </span>
        </span>
        {part !== undefined && !isFinal(task.status) && (
          <span aria-hidden="true" className="mt-2 block h-1 overflow-hidden rounded-full bg-sunken">
            <span
              className="block h-full origin-left rounded-full bg-running transition-transform duration-300"
              style={{ transform: `scaleX(${part})` }}
            />
          </span>
        )}
      </Link>
    </li>
  );
}
