import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Budget } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { agentsQuery } from '../../api/queries.ts';
import { teamsQuery } from '../../api/talk-queries.ts';
import { AT_LIMIT_WORDS } from '../../parts/budget/budget-words.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { focusProblem } from '../../parts/focus-problem.ts';
import { SelectField, TextField } from '../../parts/message/form-field.tsx';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { type BudgetForm, type BudgetProblems, EMPTY_BUDGET, formOf, readBudgetForm } from './budget-form.ts';

const SCOPES = [
  ['tenant', 'Everything'],
  ['team', 'A team'],
  ['agent', 'An agent'],
] as const;
const PERIODS = [
  ['day', 'Each day'],
  ['month', 'Each month'],
  ['total', 'In all'],
] as const;

/** Sets a budget, or changes one. */
export function EditBudget({ budget, onClose }: { budget: Budget | undefined; onClose(): void }) {
  const client = useQueryClient();
  const { data: agents = [] } = useQuery(agentsQuery);
  const { data: teams } = useInfiniteQuery(teamsQuery);
  const [form, setForm] = useState<BudgetForm>(budget ? formOf(budget) : EMPTY_BUDGET);
  const [problems, setProblems] = useState<BudgetProblems>({});
  const [key, setKey] = useState(newKey);
  const save = useMutation({
    mutationFn(next: Parameters<typeof call<'budgets.create'>>[1]) {
      const { name, costUsd, tokens, energyJ, atLimit } = next;
      return budget
        ? call(
            'budgets.change',
            {
              id: budget.id,
              name,
              ...(costUsd !== undefined && { costUsd }),
              ...(tokens !== undefined && { tokens }),
              ...(energyJ !== undefined && { energyJ }),
              ...(atLimit && { atLimit }),
            },
            { idempotencyKey: key },
          )
        : call('budgets.create', next, { idempotencyKey: key });
    },
    async onSuccess({ name }) {
      notify(budget ? `The budget ${name} was changed.` : `The budget ${name} holds from now on.`);
      await client.invalidateQueries({ queryKey: ['budgets'] });
      onClose();
    },
  });
  const change = (next: Partial<BudgetForm>) => {
    setForm({ ...form, ...next });
    setProblems({});
    setKey(newKey());
    if (save.isError) save.reset();
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const read = readBudgetForm(form);
    if ('budget' in read) return save.mutate(read.budget);
    setProblems(read.problems);
    focusProblem(event.currentTarget, read.problems);
  };
  const owners =
    form.scope === 'team'
      ? (teams?.pages.flatMap(({ items }) => items) ?? [])
      : form.scope === 'agent'
        ? agents
        : [];
  const limit = (name: 'costUsd' | 'tokens' | 'energyJ', label: string) => (
    <TextField
      label={label}
      name={name}
      value={form[name]}
      onChange={(value) => change({ [name]: value })}
      problem={problems[name]}
      placeholder="not limited"
      type="number"
    />
  );
  return (
    <Dialog open onClose={onClose} title={budget ? `Change ${budget.name}` : 'Set a budget'}>
      <form onSubmit={submit} noValidate className="space-y-4">
        <TextField
          label="Name"
          name="name"
          value={form.name}
          onChange={(name) => change({ name })}
          problem={problems.name}
          placeholder="monthly"
        />
        {!budget && (
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label="For"
              name="scope"
              value={form.scope}
              onChange={(value) =>
                change({ scope: SCOPES.find(([each]) => each === value)?.[0] ?? 'tenant', scopeId: '' })
              }
              options={SCOPES}
            />
            <SelectField
              label="Period"
              name="period"
              value={form.period}
              onChange={(value) => change({ period: PERIODS.find(([each]) => each === value)?.[0] ?? 'day' })}
              options={PERIODS}
            />
          </div>
        )}
        {!budget && form.scope !== 'tenant' && (
          <SelectField
            label={form.scope === 'team' ? 'Which team' : 'Which agent'}
            name="scopeId"
            value={form.scopeId}
            onChange={(scopeId) => change({ scopeId })}
            options={[['', 'Choose …'], ...owners.map(({ id, name }) => [id, name] as const)]}
            problem={problems.scopeId}
          />
        )}
        <fieldset className="grid gap-4 sm:grid-cols-3">
          <legend className="mb-2 text-sm text-soft">At most (one is enough)</legend>
          {limit('costUsd', 'US dollars')}
          {limit('tokens', 'Tokens')}
          {limit('energyJ', 'Joules')}
        </fieldset>
        <SelectField
          label="Near the limit"
          name="atLimit"
          value={form.atLimit}
          onChange={(value) => change({ atLimit: value === 'switch-down' ? 'switch-down' : 'stop' })}
          options={[
            ['stop', 'go on as before, and stop at the limit'],
            ['switch-down', 'go to cheaper models from 80 % on'],
          ]}
          hint={AT_LIMIT_WORDS[form.atLimit]}
        />
        {save.isError && <ProblemBox error={save.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button look="main" type="submit" disabled={save.isPending}>
            {save.isPending ? 'Saving …' : budget ? 'Change it' : 'Set it'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
