import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Budget } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { plainWords } from '../../api/result.ts';
import { useMay } from '../../api/roles.ts';
import { AT_LIMIT_WORDS, fillsOf, PERIOD_WORDS, warningOf } from '../../parts/budget/budget-words.ts';
import { FillBar } from '../../parts/budget/fill-bar.tsx';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { notify, notifyProblem } from '../../parts/notices.tsx';

interface BudgetCardProps {
  budget: Budget;
  /** Of the team or agent it is for, where it is known. */
  ownerName: string | undefined;
  onChange(): void;
}

/** One budget: whose, how much, how full. */
export function BudgetCard({ budget, ownerName, onChange }: BudgetCardProps) {
  const client = useQueryClient();
  const isAdmin = useMay('admin');
  const isOwner = useMay('owner');
  const [asks, setAsks] = useState(false);
  const remove = useMutation({
    mutationFn: () => call('budgets.remove', { id: budget.id }, { idempotencyKey: newKey() }),
    async onSuccess({ name }) {
      notify(`The budget ${name} was removed.`, 'What was spent stays in the ledger.');
      await client.invalidateQueries({ queryKey: ['budgets'] });
    },
    onError: notifyProblem,
  });
  const fills = fillsOf(budget);
  const warning = warningOf(fills, budget.period);
  const isUsedUp = fills.some(({ state }) => state === 'reached');
  return (
    <article
      aria-label={`Budget ${budget.name}`}
      className={`flex h-full flex-col gap-3 rounded-2xl border bg-card p-4 shadow-card ${isUsedUp ? 'border-failed/50' : 'border-line'}`}
    >
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h3 className="truncate font-semibold">
            <bdi>{plainWords(budget.name)}</bdi>
          </h3>
          <p className="text-sm break-words text-soft">
            {whose(budget, ownerName)}, {PERIOD_WORDS[budget.period]}
          </p>
        </div>
        {isAdmin && (
          <div className="flex shrink-0 gap-1">
            <Button small look="quiet" onClick={onChange} aria-label={`Change the budget ${budget.name}`}>
              Change
            </Button>
            {(!budget.isDefault || isOwner) && (
              <Button
                small
                look="quiet"
                onClick={() => setAsks(true)}
                aria-label={`Remove the budget ${budget.name}`}
              >
                Remove
              </Button>
            )}
          </div>
        )}
      </div>
      {fills.map((fill) => (
        <FillBar key={fill.measure} fill={fill} />
      ))}
      {warning && (
        <p className={`flex gap-2 text-sm ${isUsedUp ? 'text-failed' : 'text-paused'}`}>
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" /> {warning}
        </p>
      )}
      <p className="mt-auto text-sm text-soft">{AT_LIMIT_WORDS[budget.atLimit]}</p>
      <Confirm
        open={asks}
        onClose={() => setAsks(false)}
        title={`Remove the budget ${budget.name}?`}
        verb="Remove it"
        onConfirm={() => remove.mutate()}
      >
        Nothing limits these calls then, unless another budget does.
      </Confirm>
    </article>
  );
}

function whose({ scope, scopeId }: Budget, name: string | undefined): ReactNode {
  const look = 'underline decoration-line underline-offset-2 hover:text-accent';
  if (scope === 'tenant') return 'For everything';
  if (scope === 'agent')
    return (
      <>
        For the agent{' '}
        <Link to="/agents" search={{ agent: scopeId }} className={look}>
          <bdi>{plainWords(name ?? scopeId)}</bdi>
        </Link>
      </>
    );
  if (scope === 'team')
    return (
      <>
        For the team{' '}
        <Link to="/teams/$teamId" params={{ teamId: scopeId }} className={look}>
          <bdi>{plainWords(name ?? scopeId)}</bdi>
        </Link>
      </>
    );
  return (
    <>
      For{' '}
      <Link to="/tasks/$taskId" params={{ taskId: scopeId }} className={look}>
        a task
      </Link>{' '}
      and all below it
    </>
  );
}
