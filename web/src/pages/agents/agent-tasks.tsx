import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { tasksQuery } from '../../api/queries.ts';
import type { InHand } from '../../live/working.ts';
import { doing } from '../../parts/agent/doing.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Status } from '../../parts/status.tsx';
import { labelOf } from '../../parts/step-label.ts';
import { Ago, duration, useNow } from '../../parts/time.tsx';
import { Section } from './section.tsx';

const LOOK = 'flex items-baseline gap-3 rounded-lg px-2 py-1.5 text-sm hover:bg-sunken';

/** What it has in hand now, and what it had lately. */
export function AgentTasks({ agentId, working }: { agentId: string; working: readonly InHand[] }) {
  const tasks = useInfiniteQuery(tasksQuery({ agentId, all: true }, 10));
  const items = tasks.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title="Tasks">
      {working.map((each) => (
        <Now key={each.taskId} inHand={each} />
      ))}
      {tasks.isPending && <Busy what="Looking for its tasks" />}
      {tasks.isError && <ProblemBox error={tasks.error} onRetry={() => tasks.refetch()} />}
      {tasks.data && items.length === 0 && (
        <p className="text-sm text-soft">
          It had none yet. The chief gives it steps that need what it can do.
        </p>
      )}
      <ul className="-mx-2">
        {items.map((task) => (
          <li key={task.id}>
            <Link to="/tasks/$taskId" params={{ taskId: task.id }} className={LOOK}>
              <span dir="auto" className="min-w-0 flex-1 truncate">
                {task.step ? labelOf(task.step, task.goal) : task.goal}
              </span>
              <span className="w-26 shrink-0">
                <Status status={task.status} />
              </span>
              <span className="w-18 shrink-0 text-right text-xs text-soft">
                <Ago at={task.completedAt ?? task.startedAt ?? task.createdAt} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {tasks.hasNextPage && (
        <Button small look="quiet" disabled={tasks.isFetchingNextPage} onClick={() => tasks.fetchNextPage()}>
          Older tasks
        </Button>
      )}
    </Section>
  );
}

function Now({ inHand: { taskId, what, since } }: { inHand: InHand }) {
  const now = useNow();
  return (
    <Link
      to="/tasks/$taskId"
      params={{ taskId }}
      className="mb-2 flex items-baseline gap-3 rounded-lg border border-running/40 px-3 py-2 text-sm text-running hover:bg-sunken"
    >
      <span dir="auto" className="min-w-0 flex-1 break-words">
        {doing(what)}
      </span>
      <span className="shrink-0 text-xs">for {duration(Math.max(0, now - Date.parse(since)))}</span>
    </Link>
  );
}
