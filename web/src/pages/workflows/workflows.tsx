import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, Workflow } from 'lucide-react';
import type { WorkflowSummary } from '../../api/models.ts';
import { useMay } from '../../api/roles.ts';
import { workflowsQuery } from '../../api/workflow-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button, buttonLook } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageTabs, WORKFLOW_PAGES } from '../../parts/message/tabs.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import { WorkflowStatus } from '../../parts/workflow/workflow-status.tsx';
import { addressOf } from '../../parts/workflow/workflow-words.ts';

/** All workflows: which version new tasks follow, and whether they may. */
export function Workflows() {
  const query = useInfiniteQuery(workflowsQuery);
  const may = useMay('operator');
  const workflows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="space-y-5">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="text-2xl font-semibold">Workflows</h1>
        {may && (
          <Link to="/workflows/new" className={`${buttonLook('main')} ml-auto`}>
            <Plus aria-hidden="true" className="size-4" /> Write a workflow
          </Link>
        )}
      </div>
      <PageTabs label="Parts of the workflows" pages={WORKFLOW_PAGES} />
      {query.isPending && <Busy what="Looking for workflows" />}
      {query.isError && <ProblemBox error={query.error} onRetry={() => query.refetch()} />}
      {query.isSuccess && workflows.length === 0 && (
        <Empty title="There is no workflow yet" icon={<Workflow className="size-6" />}>
          <p className="mb-4">
            A workflow says in YAML which steps a task has: branches, loops, waits, approvals. Each task that
            follows it keeps to its version.
          </p>
          {may && (
            <Link to="/workflows/new" search={{ example: true }} className={buttonLook('main')}>
              Start from an example
            </Link>
          )}
        </Empty>
      )}
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {workflows.map((workflow) => (
          <li key={workflow.id} className="min-w-0">
            <Card workflow={workflow} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <p className="text-center">
          <Button small disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Reading …' : 'Older workflows'}
          </Button>
        </p>
      )}
    </div>
  );
}

function Card({ workflow }: { workflow: WorkflowSummary }) {
  const { name, published, latest, tags, tasksInFlight, updatedAt } = workflow;
  return (
    <article className="relative flex h-full flex-col gap-2 rounded-2xl border border-line bg-card p-4 shadow-card transition hover:border-accent">
      <h2 className="font-semibold">
        <Link
          to="/workflows/$name"
          params={{ name: addressOf(workflow) }}
          className="block truncate after:absolute after:inset-0 after:rounded-2xl"
        >
          {name}
        </Link>
      </h2>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <WorkflowStatus workflow={workflow} />
        <span className="text-soft">
          {published === null ? `version ${latest} is proposed` : `version ${published} published`}
          {published !== null && latest > published && `, ${latest} proposed`}
        </span>
      </p>
      {tags.length > 0 && (
        <ul aria-label="Tags" className="flex flex-wrap gap-1.5">
          {tags.map((tag) => (
            <li key={tag} className="max-w-full truncate rounded bg-sunken px-1.5 py-0.5 text-xs" dir="auto">
              {tag}
            </li>
          ))}
        </ul>
      )}
      <p className="mt-auto pt-1 text-xs text-soft">
        {tasksInFlight === 0
          ? 'No task in flight'
          : tasksInFlight === 1
            ? '1 task in flight'
            : `${tasksInFlight} tasks in flight`}{' '}
        · changed <Ago at={updatedAt} />
      </p>
    </article>
  );
}
