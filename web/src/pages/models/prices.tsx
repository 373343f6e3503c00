import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import { modelQuery } from '../../api/model-queries.ts';
import type { ModelWithPrices } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { useMay } from '../../api/roles.ts';
import { money } from '../../parts/amounts.ts';
import { Button } from '../../parts/button.tsx';
import { focusProblem } from '../../parts/focus-problem.ts';
import { TextField } from '../../parts/message/form-field.tsx';
import { priceSource } from '../../parts/model/model-words.ts';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { EMPTY_PRICE, type PriceForm, type PriceProblems, readPriceForm } from './price-form.ts';

const CELL = 'px-3 py-2 align-top first:pl-4 last:pr-4';

/** What the model costs and cost, and a price from a day on. */
export function Prices({ model }: { model: ModelWithPrices }) {
  const may = useMay('admin');
  const [adds, setAdds] = useState(false);
  const prices = model.prices.toReversed();
  return (
    <section aria-labelledby="prices">
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <h3 id="prices" className="mr-auto font-semibold">
          Prices, for a million tokens
        </h3>
        {may && !adds && (
          <Button small onClick={() => setAdds(true)}>
            Add a price
          </Button>
        )}
      </div>
      {prices.length === 0 ? (
        <p className="text-sm text-soft">
          Nobody said what this model costs. A budget in money refuses its calls until you add a price.
        </p>
      ) : (
        <div className="overflow-x-auto rounded-xl border border-line">
          <table className="w-full text-left text-sm tabular-nums">
            <thead className="border-b border-line text-soft">
              <tr>
                {['From', 'Read', 'Read, cached', 'Written', 'Who said it'].map((title) => (
                  <th key={title} scope="col" className={`${CELL} font-medium whitespace-nowrap`}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {prices.map((price) => (
                <tr key={price.from}>
                  <td className={`${CELL} whitespace-nowrap`}>
                    {price.from}
                    {price.from === model.price?.from && <span className="text-completed"> · now</span>}
                  </td>
                  <td className={CELL}>{money(price.inputUsdPerMillion)}</td>
                  <td className={CELL}>
                    {price.cachedInputUsdPerMillion === undefined
                      ? 'as read'
                      : money(price.cachedInputUsdPerMillion)}
                  </td>
                  <td className={CELL}>{money(price.outputUsdPerMillion)}</td>
                  <td className={`${CELL} min-w-40 text-soft`}>{priceSource(price.source)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adds && <AddPrice model={model} onDone={() => setAdds(false)} />}
    </section>
  );
}

function AddPrice({ model, onDone }: { model: ModelWithPrices; onDone(): void }) {
  const client = useQueryClient();
  const [form, setForm] = useState(EMPTY_PRICE);
  const [problems, setProblems] = useState<PriceProblems>({});
  const [key, setKey] = useState(newKey);
  const add = useMutation({
    mutationFn: (price: Parameters<typeof call<'models.price'>>[1]) =>
      call('models.price', price, { idempotencyKey: key }),
    async onSuccess(changed) {
      notify('The price was added.', 'Calls before its day keep theirs.');
      client.setQueryData(modelQuery(model.model).queryKey, changed);
      await client.invalidateQueries({ queryKey: ['models'] });
      onDone();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const read = readPriceForm(form, model.id);
    if ('price' in read) return add.mutate(read.price);
    setProblems(read.problems);
    focusProblem(event.currentTarget, read.problems);
  };
  const field = (name: keyof PriceForm, label: string, hint?: string) => (
    <TextField
      label={label}
      name={name}
      value={form[name]}
      onChange={(value) => {
        setForm({ ...form, [name]: value });
        setProblems({});
        setKey(newKey());
        if (add.isError) add.reset();
      }}
      problem={problems[name]}
      hint={hint}
      {...(name !== 'from' && { type: 'number' as const })}
    />
  );
  return (
    <form
      aria-label="Add a price"
      onSubmit={submit}
      noValidate
      className="mt-4 space-y-4 rounded-xl bg-sunken p-4"
    >
      <div className="grid gap-4 sm:grid-cols-2">
        {field('input', 'USD for a million tokens read')}
        {field('output', 'USD for a million tokens written')}
        {field('cachedInput', 'Read from the cache (may be left out)')}
        {field('cacheWrite', 'Written to the cache (may be left out)')}
        {field('from', 'From day (left out: today)', 'Such as 2026-01-31. Earlier calls keep their price.')}
      </div>
      {add.isError && <ProblemBox error={add.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Leave it</Button>
        <Button look="main" type="submit" disabled={add.isPending}>
          {add.isPending ? 'Adding …' : 'Add the price'}
        </Button>
      </div>
    </form>
  );
}
