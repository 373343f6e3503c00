import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import { weightsQuery } from '../../api/energy-queries.ts';
import { newKey } from '../../api/once.ts';
import { plainWords } from '../../api/result.ts';
import { useMay } from '../../api/roles.ts';
import type { Operations } from '../../api/types.ts';
import { energy } from '../../parts/amounts.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Facts } from '../../parts/facts.tsx';
import { focusProblem } from '../../parts/focus-problem.ts';
import { Fold } from '../../parts/fold.tsx';
import { TextField } from '../../parts/message/form-field.tsx';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import { score } from './energy-words.ts';
import { readLimit } from './limits-form.ts';

type Weights = Operations['energy.weights']['output'];

/** When joules raise an alert or keep an agent from being asked; the weights of coordination energy. */
export function Limits() {
  const may = useMay('admin');
  const { data, error, refetch } = useQuery(weightsQuery);
  return (
    <Card
      title="Limits and weights"
      about="Limits in joules are for one task. Weights are what the choice of agents goes by."
    >
      {error && !data && <ProblemBox error={error} onRetry={() => refetch()} />}
      {data &&
        (may ? (
          <LimitsForm key={`${data.settings.alertJoules} ${data.settings.maxJoules}`} weights={data} />
        ) : (
          <Facts
            rows={[
              ['Alert above', limitWords(data.settings.alertJoules)],
              ['Not asked above', limitWords(data.settings.maxJoules)],
            ]}
          />
        ))}
      {data && (
        <div className="mt-5 border-t border-line pt-3">
          <Fold title="Weights, and who changed them">
            <WeightsView weights={data} />
          </Fold>
        </div>
      )}
    </Card>
  );
}

const limitWords = (limit: number | null): string => (limit === null ? 'no limit' : energy(limit));
const typed = (limit: number | null): string => (limit === null ? '' : String(limit));

function LimitsForm({ weights: { settings } }: { weights: Weights }) {
  const client = useQueryClient();
  const [alert, setAlert] = useState(typed(settings.alertJoules));
  const [most, setMost] = useState(typed(settings.maxJoules));
  const [problems, setProblems] = useState<{ alertJoules?: string; maxJoules?: string }>({});
  const save = useMutation({
    mutationFn: (limits: Pick<Operations['energy.change']['input'], 'alertJoules' | 'maxJoules'>) =>
      call('energy.change', limits, { idempotencyKey: newKey() }),
    async onSuccess(changed) {
      client.setQueryData(weightsQuery.queryKey, changed);
      notify('The limits hold from now on.');
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const [alertJoules, maxJoules] = [readLimit(alert), readLimit(most)];
    const found = {
      ...('problem' in alertJoules && { alertJoules: alertJoules.problem }),
      ...('problem' in maxJoules && { maxJoules: maxJoules.problem }),
    };
    setProblems(found);
    if ('limit' in alertJoules && 'limit' in maxJoules)
      return save.mutate({ alertJoules: alertJoules.limit, maxJoules: maxJoules.limit });
    focusProblem(event.currentTarget, found);
  };
  return (
    <form onSubmit={submit} noValidate aria-label="Limits in joules" className="space-y-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Alert above, in joules"
          name="alertJoules"
          value={alert}
          onChange={setAlert}
          problem={problems.alertJoules}
          placeholder="no alert"
          hint="An agent whose tasks take more on average is told in the log."
          type="number"
        />
        <TextField
          label="Not asked above, in joules"
          name="maxJoules"
          value={most}
          onChange={setMost}
          problem={problems.maxJoules}
          placeholder="no limit"
          hint="An agent that is expected to take more for a task does not get it."
          type="number"
        />
      </div>
      {save.isError && <ProblemBox error={save.error} />}
      <Button type="submit" disabled={save.isPending}>
        {save.isPending ? 'Saving …' : 'Set the limits'}
      </Button>
    </form>
  );
}

function WeightsView({ weights: { settings, learned, multipliers, bounds, changes } }: { weights: Weights }) {
  const between = (name: string) => `(${(bounds[name] ?? []).map(score).join(' to ')})`;
  const set = Object.entries(settings).filter(([name]) => name !== 'alertJoules' && name !== 'maxJoules');
  return (
    <div className="space-y-4">
      <div className="grid gap-6 sm:grid-cols-2">
        <div>
          <h3 className="mb-2 text-sm font-medium">Set by people</h3>
          <Facts rows={set.map(([name, value]) => [name, value === null ? 'none' : score(Number(value))])} />
        </div>
        <div>
          <h3 className="mb-2 text-sm font-medium">Learned, within bounds</h3>
          <Facts
            rows={[
              ...Object.entries(learned).map(([name, value]): [string, string] => [
                name,
                `${score(value)} ${between(name)}`,
              ]),
              ...Object.entries(multipliers).map(([term, factor]): [string, string] => [
                `${term} counts`,
                `× ${score(factor)} ${between('multipliers')}`,
              ]),
            ]}
          />
          <p className="mt-2 text-sm text-soft">
            The loops change the first by a few percent at a time, and never where a guard would be broken.
            How much a term of the choice counts is learned each week, where newer choices bear it out.
          </p>
        </div>
      </div>
      {changes.length > 0 && (
        <ol className="space-y-2 text-sm">
          {changes.map(({ id, at, by, after, refused, because }) => (
            <li key={id} className="flex items-baseline gap-3">
              <p className="min-w-0 flex-1 break-words">
                <bdi>{plainWords(by)}</bdi> {refused ? 'wanted' : 'set'}{' '}
                {Object.entries(after)
                  .map(
                    ([name, value]) =>
                      `${name} ${typeof value === 'number' ? score(value) : String(value ?? 'none')}`,
                  )
                  .join(', ')}
                {refused && <span className="text-failed"> · refused: {because}</span>}
              </p>
              <span className="shrink-0 text-xs text-soft">
                <Ago at={at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
