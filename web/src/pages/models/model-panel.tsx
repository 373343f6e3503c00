import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { modelQuery } from '../../api/model-queries.ts';
import type { ModelWithPrices } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { useMay } from '../../api/roles.ts';
import { count, energy } from '../../parts/amounts.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Copy } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Facts } from '../../parts/facts.tsx';
import { callableWords, TIER_WORDS } from '../../parts/model/model-words.ts';
import { notifyProblem } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { duration } from '../../parts/time.tsx';
import { Prices } from './prices.tsx';

/** All about one model, at the side. */
export function ModelPanel({ id, onClose }: { id: string; onClose(): void }) {
  const { data: model, error, isPending, refetch } = useQuery(modelQuery(id));
  return (
    <Dialog open onClose={onClose} place="side" title={<bdi>{model?.model ?? id}</bdi>}>
      {isPending && <Busy what="Opening the model" />}
      {!model && error && <ProblemBox error={error} onRetry={() => refetch()} />}
      {model && <Whole key={model.id} model={model} />}
    </Dialog>
  );
}

function Whole({ model }: { model: ModelWithPrices }) {
  const { energy: takes } = model;
  return (
    <div className="space-y-6">
      <Enabled model={model} />
      <section aria-label="What it can do">
        <h3 className="mb-2 font-semibold">What it can do</h3>
        <Facts
          rows={[
            ['Size', TIER_WORDS[model.tier]],
            ['Good at', model.strengths.join(', ') || 'nobody said'],
            ['Context', `${count(model.contextTokens)} tokens, what it writes included`],
            ['Writes at most', `${count(model.maxOutputTokens)} tokens`],
            ['Usually answers after', duration(model.latencyMs)],
            ['Tools', model.canUseTools ? 'can use them' : 'cannot use them'],
            ['Answers in a form', model.canAnswerJson ? 'can keep to one' : 'cannot be held to one'],
            [
              'Named in tasks as',
              <span key="name">
                <code className="text-xs break-all">{model.model}</code>{' '}
                <Copy text={model.model} what="the name of the model" />
              </span>,
            ],
          ]}
        />
      </section>
      <section aria-label="What it takes">
        <h3 className="mb-2 font-semibold">Energy</h3>
        <Facts
          rows={[
            ['1,000 tokens written', `about ${energy(takes.joulesPerThousandOutputTokens)}`],
            ['1,000 tokens read', `about ${energy(takes.joulesPerThousandInputTokens)}`],
            ['Like a model of the size', takes.energyClass],
          ]}
        />
        <p className="mt-2 text-sm text-soft">
          Estimated from its size: nobody outside its provider can measure it. The truth is expected between
          half and twice as much.
        </p>
      </section>
      <Prices model={model} />
    </div>
  );
}

function Enabled({ model }: { model: ModelWithPrices }) {
  const client = useQueryClient();
  const may = useMay('admin');
  const change = useMutation({
    mutationFn: (enabled: boolean) =>
      call('models.change', { id: model.id, enabled }, { idempotencyKey: newKey() }),
    async onSuccess(changed) {
      client.setQueryData(modelQuery(model.model).queryKey, changed);
      await client.invalidateQueries({ queryKey: ['models'] });
    },
    onError: notifyProblem,
  });
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-xl bg-sunken px-4 py-3">
      <p role="status" className="min-w-0 flex-1 text-sm">
        {callableWords(model)}
      </p>
      {may && (
        <Button small disabled={change.isPending} onClick={() => change.mutate(!model.enabled)}>
          {model.enabled ? 'Switch it off' : 'Use it'}
        </Button>
      )}
    </div>
  );
}
