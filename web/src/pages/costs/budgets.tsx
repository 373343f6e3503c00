import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { PiggyBank, Plus } from 'lucide-react';
import { useState } from 'react';
import { budgetsQuery, taskBudgetsQuery } from '../../api/cost-queries.ts';
import type { Budget } from '../../api/models.ts';
import { agentsQuery } from '../../api/queries.ts';
import { useMay } from '../../api/roles.ts';
import { teamsQuery } from '../../api/talk-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fold } from '../../parts/fold.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { BudgetCard } from './budget-card.tsx';
import { EditBudget } from './edit-budget.tsx';

/** What may be spent, and how much of it is left. */
export function Budgets() {
  const may = useMay('admin');
  const budgets = useQuery(budgetsQuery);
  const ofTasks = useQuery(taskBudgetsQuery);
  const { data: agents = [] } = useQuery(agentsQuery);
  const { data: teams } = useInfiniteQuery(teamsQuery);
  const [edits, setEdits] = useState<Budget | 'new'>();
  const names = new Map([
    ...agents.map(({ id, name }) => [id, name] as const),
    ...(teams?.pages.flatMap(({ items }) => items) ?? []).map(({ id, name }) => [id, name] as const),
  ]);
  const caps = ofTasks.data?.items ?? [];
  return (
    <section aria-labelledby="budgets" className="space-y-3">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="budgets" className="mr-auto text-lg font-semibold">
          Budgets
        </h2>
        {may && (
          <Button small look="main" onClick={() => setEdits('new')}>
            <Plus aria-hidden="true" className="size-4" /> Set a budget
          </Button>
        )}
      </div>
      {budgets.isPending && <Busy what="Looking for budgets" />}
      {budgets.isError && <ProblemBox error={budgets.error} onRetry={() => budgets.refetch()} />}
      {budgets.data?.length === 0 && (
        <Empty title="Nothing limits what calls may take" icon={<PiggyBank className="size-6" />}>
          A budget is a hard stop: a call that would not fit is refused before it is made. Set one in money,
          tokens or joules, for everything, a team or an agent.
        </Empty>
      )}
      <ul className="grid gap-4 lg:grid-cols-2">
        {budgets.data?.map((budget) => (
          <li key={budget.id} className="min-w-0">
            <BudgetCard
              budget={budget}
              ownerName={names.get(budget.scopeId)}
              onChange={() => setEdits(budget)}
            />
          </li>
        ))}
      </ul>
      {caps.length > 0 && (
        <Fold
          title={caps.length === 1 ? 'The budget of a task' : `Budgets of ${caps.length} tasks, the newest`}
        >
          <ul className="grid gap-4 lg:grid-cols-2">
            {caps.map((budget) => (
              <li key={budget.id} className="min-w-0">
                <BudgetCard budget={budget} ownerName={undefined} onChange={() => setEdits(budget)} />
              </li>
            ))}
          </ul>
        </Fold>
      )}
      {edits && (
        <EditBudget
          key={edits === 'new' ? 'new' : edits.id}
          budget={edits === 'new' ? undefined : edits}
          onClose={() => setEdits(undefined)}
        />
      )}
    </section>
  );
}
