import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { UserCheck } from 'lucide-react';
import { approvalsQuery } from '../../api/workflow-queries.ts';
import { APPROVAL_WORDS } from '../../parts/approval/approval-words.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageTabs, WORKFLOW_PAGES } from '../../parts/message/tabs.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { ApprovalCard } from './approval-card.tsx';
import { APPROVAL_STATUSES } from './search.ts';

/** What plans ask people: the open questions first, and what was decided. */
export function Approvals() {
  const { status, task } = useSearch({ from: '/approvals' });
  const navigate = useNavigate({ from: '/approvals' });
  const shown = status ?? (task === undefined ? 'pending' : undefined);
  const query = useInfiniteQuery(
    approvalsQuery({ ...(shown && { status: shown }), ...(task !== undefined && { taskId: task }) }),
  );
  const approvals = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="space-y-5">
      <h1 className="text-2xl font-semibold">Approvals</h1>
      <PageTabs label="Parts of the workflows" pages={WORKFLOW_PAGES} />
      <search aria-label="Approvals" className="flex flex-wrap items-center gap-2">
        <select
          aria-label="Status"
          value={shown ?? ''}
          onChange={({ target }) => {
            const next = APPROVAL_STATUSES.find((each) => each === target.value);
            void navigate({
              search: (now) => ({ ...(now.task && { task: now.task }), ...(next && { status: next }) }),
              replace: true,
              resetScroll: false,
            });
          }}
          className="h-10 rounded-lg border border-line bg-card px-2.5 text-sm"
        >
          {task !== undefined && <option value="">Any status</option>}
          {APPROVAL_STATUSES.map((each) => (
            <option key={each} value={each}>
              {APPROVAL_WORDS[each].word}
            </option>
          ))}
        </select>
        {task !== undefined && (
          <Button small onClick={() => void navigate({ search: {}, resetScroll: false })}>
            Show those of all tasks
          </Button>
        )}
      </search>
      {query.isPending && <Busy what="Looking for approvals" />}
      {query.isError && <ProblemBox error={query.error} onRetry={() => query.refetch()} />}
      {query.isSuccess && approvals.length === 0 && (
        <Empty
          title={shown === 'pending' ? 'Nothing waits for a decision' : 'There is no such approval'}
          icon={<UserCheck className="size-6" />}
        >
          A workflow can ask people before it goes on. What it asks stands here, with exactly what is to be
          approved.
        </Empty>
      )}
      <ul className="space-y-4">
        {approvals.map((approval) => (
          <li key={approval.id}>
            <ApprovalCard approval={approval} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <p className="text-center">
          <Button small disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Reading …' : 'Older approvals'}
          </Button>
        </p>
      )}
    </div>
  );
}
