import { useMemo, useState } from 'react';
import { MOST_MODELS } from '../../api/model-queries.ts';
import type { Model } from '../../api/models.ts';
import { energy, roughly } from '../../parts/amounts.ts';
import { Button } from '../../parts/button.tsx';
import { callableWords, priceWords } from '../../parts/model/model-words.ts';
import { found } from './found.ts';

const HEAD = 'px-3 py-2 font-medium whitespace-nowrap';
const CELL = 'px-3 py-2.5 align-top';
/** Rows that are drawn before somebody asks for more. */
const AT_FIRST = 50;

/** The models, what each may take and costs. */
export function ModelTable({ models, onOpen }: { models: readonly Model[]; onOpen(model: string): void }) {
  const [words, setWords] = useState('');
  const [all, setAll] = useState(false);
  const fitting = useMemo(() => found(models, words), [models, words]);
  const shown = all ? fitting : fitting.slice(0, AT_FIRST);
  return (
    <section aria-labelledby="models" className="space-y-3">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="models" className="mr-auto text-lg font-semibold">
          Models <span className="font-normal text-soft">{models.length}</span>
        </h2>
        <input
          type="search"
          aria-label="Find a model"
          placeholder="Find a model"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className="h-10 w-full rounded-lg border border-line bg-card px-3 text-sm sm:w-64"
        />
      </div>
      <div className="overflow-hidden rounded-2xl border border-line bg-card shadow-card">
        <table className="w-full table-fixed text-left text-sm">
          <thead className="border-b border-line text-soft">
            <tr>
              <th scope="col" className={`${HEAD} pl-4`}>
                Model
              </th>
              <th scope="col" className={`${HEAD} hidden w-24 md:table-cell`}>
                Size
              </th>
              <th scope="col" className={`${HEAD} hidden w-24 text-right lg:table-cell`}>
                Context
              </th>
              <th scope="col" className={`${HEAD} hidden w-48 sm:table-cell`}>
                Price per 1M tokens
              </th>
              <th scope="col" className={`${HEAD} w-28 pr-4 text-right sm:w-36`}>
                <abbr title="Estimated from its size, for 1,000 tokens written" className="no-underline">
                  Energy per 1k
                </abbr>
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {shown.map((model) => (
              <Row key={model.id} model={model} onOpen={onOpen} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p className="px-4 py-6 text-center text-soft">No model is like that.</p>}
      </div>
      {fitting.length > shown.length && (
        <p className="text-center">
          <Button small onClick={() => setAll(true)}>
            Show all {fitting.length}
          </Button>
        </p>
      )}
      {models.length >= MOST_MODELS && (
        <p className="text-sm text-soft">
          More than {MOST_MODELS.toLocaleString('en')} are known: these are the newest.
        </p>
      )}
    </section>
  );
}

function Row({ model, onOpen }: { model: Model; onOpen(model: string): void }) {
  const { isCallable, tier, strengths, contextTokens, price } = model;
  return (
    <tr className="hover:bg-sunken/60">
      <td className={`${CELL} pl-4`}>
        <button
          type="button"
          onClick={() => onOpen(model.model)}
          className="max-w-full text-left font-medium break-words hover:text-accent hover:underline"
        >
          <bdi>{model.name}</bdi>
        </button>
        <p className="truncate text-soft">
          <bdi>{model.provider}</bdi>
          {strengths.length > 0 && <bdi> · {strengths.join(', ')}</bdi>}
        </p>
        {!isCallable && <p className="text-paused">{callableWords(model)}</p>}
        <p className="text-soft sm:hidden">{priceWords(price)}</p>
      </td>
      <td className={`${CELL} hidden md:table-cell`}>{tier}</td>
      <td className={`${CELL} hidden text-right tabular-nums lg:table-cell`}>{roughly(contextTokens)}</td>
      <td className={`${CELL} hidden tabular-nums sm:table-cell ${price === null ? 'text-soft' : ''}`}>
        {priceWords(price)}
      </td>
      <td className={`${CELL} pr-4 text-right tabular-nums`}>
        ~{energy(model.energy.joulesPerThousandOutputTokens)}
      </td>
    </tr>
  );
}
