import { useQuery } from '@tanstack/react-query';
import { energyLedgerQuery, gradientQuery } from '../../api/energy-queries.ts';
import type { Operations } from '../../api/types.ts';
import { percent } from '../../parts/amounts.ts';
import { Busy } from '../../parts/busy.tsx';
import { Card } from '../../parts/card.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure } from '../../parts/figure.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { score, slopeWords, TERMS } from './energy-words.ts';
import { LedgerChart } from './ledger-chart.tsx';

type Gradient = Operations['energy.gradient']['output'];

/** How well agents work together: a score without unit, its terms and where each goes. */
export function Coordination() {
  const gradient = useQuery(gradientQuery);
  const ledger = useQuery(energyLedgerQuery);
  const { data } = gradient;
  return (
    <Card
      title="Coordination energy"
      about="A score without unit, after each attempt that ended. Lower is better; what matters is whether it falls."
    >
      {gradient.isPending && <Busy what="Reading the ledger" />}
      {gradient.isError && <ProblemBox error={gradient.error} onRetry={() => gradient.refetch()} />}
      {data?.points === 0 && (
        <Empty title="The ledger is empty">The first attempt that ends writes its first point.</Empty>
      )}
      {data && data.terms !== null && data.slopes !== null && (
        <div className="space-y-6">
          <Figures gradient={data} />
          {ledger.isError && <ProblemBox error={ledger.error} onRetry={() => ledger.refetch()} />}
          {ledger.data && ledger.data.length > 1 && <LedgerChart points={ledger.data} />}
          <Terms terms={data.terms} slopes={data.slopes} />
        </div>
      )}
    </Card>
  );
}

function Figures({ gradient: { energy, slope, regShare, pFast, drift, points } }: { gradient: Gradient }) {
  return (
    <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
      <Figure
        name="Now"
        value={energy === null ? 'not known' : score(energy)}
        below={points === 1 ? 'after 1 attempt' : `after ${points} attempts`}
        isMain
      />
      <Figure
        name="Where it goes"
        value={slope === null ? 'not known' : slopeWords(slope).words}
        below="over the last 100 attempts"
      />
      <Figure
        name="Done without trouble"
        value={pFast === null ? 'not known' : percent(pFast)}
        below="at the first try"
      />
      <Figure
        name="Drift"
        value={drift === null ? 'not known' : percent(drift)}
        below={regShare === null ? undefined : `overhead is ${percent(regShare)} of what counts against it`}
      />
    </dl>
  );
}

const CELL = 'px-3 py-2 align-top first:pl-0 last:pr-0';

function Terms({
  terms,
  slopes,
}: {
  terms: NonNullable<Gradient['terms']>;
  slopes: NonNullable<Gradient['slopes']>;
}) {
  return (
    <table className="w-full text-left text-sm">
      <thead className="border-b border-line text-soft">
        <tr>
          <th scope="col" className={`${CELL} font-medium`}>
            Term
          </th>
          <th scope="col" className={`${CELL} w-24 text-right font-medium`}>
            Now
          </th>
          <th scope="col" className={`${CELL} w-36 text-right font-medium`}>
            Where it goes
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {TERMS.map(({ key, name, means }) => {
          const [value, slope] = [terms[key] ?? 0, slopes[key] ?? 0];
          const goes = slopeWords(slope);
          return (
            <tr key={key}>
              <th scope="row" className={`${CELL} font-normal`}>
                <span className="font-medium">{name}</span> <code className="text-xs text-soft">{key}</code>
                <span className="block text-soft">{means}</span>
              </th>
              <td className={`${CELL} text-right tabular-nums`}>{score(value)}</td>
              <td className={`${CELL} text-right`}>
                <span aria-hidden="true">{goes.sign} </span>
                {goes.words}
                <span className="block text-xs text-soft tabular-nums">{score(slope)} an attempt</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
