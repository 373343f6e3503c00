import type { Operations } from '../../api/types.ts';
import { lineOf } from '../../parts/chart/line.ts';
import { Fold } from '../../parts/fold.tsx';
import { score } from './energy-words.ts';

type Point = Operations['energy.ledger']['output']['items'][number];

const WIDTH = 600;
const HEIGHT = 120;
/** Points in the table: the newest. */
const ROWS = 20;

/** Coordination energy from attempt to attempt, oldest at the left; the same as a table below. */
export function LedgerChart({ points }: { points: readonly Point[] }) {
  const values = points.map(({ energy }) => energy);
  const { path, lowest, highest, y } = lineOf(values, WIDTH, HEIGHT);
  const failed = points.flatMap(({ succeeded, energy, number }, index) =>
    succeeded ? [] : [{ index, energy, number }],
  );
  const step = WIDTH / (points.length - 1);
  return (
    <figure>
      <figcaption className="mb-2 text-sm text-soft">
        The last {points.length} attempts, oldest at the left: from {score(lowest)} to {score(highest)}
        {failed.length > 0 && <>; a dot is an attempt that failed</>}.
      </figcaption>
      <svg
        aria-hidden="true"
        viewBox={`-4 -6 ${WIDTH + 8} ${HEIGHT + 12}`}
        preserveAspectRatio="none"
        className="h-36 w-full rounded-xl bg-sunken"
      >
        <line
          x1="0"
          x2={WIDTH}
          y1={HEIGHT}
          y2={HEIGHT}
          className="stroke-line"
          vectorEffect="non-scaling-stroke"
        />
        <path
          d={path}
          fill="none"
          strokeWidth="2"
          strokeLinejoin="round"
          className="stroke-accent"
          vectorEffect="non-scaling-stroke"
        />
        {failed.map(({ index, energy, number }) => (
          <line
            key={number}
            x1={index * step}
            x2={index * step}
            y1={y(energy)}
            y2={y(energy)}
            strokeWidth="7"
            strokeLinecap="round"
            className="stroke-failed"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <Fold title="The newest of them as a table">
        <table className="w-full text-left text-sm tabular-nums">
          <thead className="border-b border-line text-soft">
            <tr>
              {['Attempt', 'Ended', 'Energy', 'Change', 'It'].map((title) => (
                <th key={title} scope="col" className="py-1.5 pr-3 font-medium">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {points
              .slice(-ROWS)
              .toReversed()
              .map(({ number, at, energy, deltaE, succeeded }) => (
                <tr key={number}>
                  <td className="py-1.5 pr-3">{number}</td>
                  <td className="py-1.5 pr-3">{new Date(at).toLocaleTimeString()}</td>
                  <td className="py-1.5 pr-3">{score(energy)}</td>
                  <td className="py-1.5 pr-3">{score(deltaE)}</td>
                  <td className={`py-1.5 ${succeeded ? '' : 'text-failed'}`}>
                    {succeeded ? 'succeeded' : 'failed'}
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </Fold>
    </figure>
  );
}
