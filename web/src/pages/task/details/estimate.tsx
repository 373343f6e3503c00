import type { Task } from '../../../api/models.ts';
import { heldAgainst } from '../../../parts/estimate/took.ts';

/** What the task was expected to take, beside what it took, and how far the two are apart. */
export function Estimate({ task: { estimate, usage } }: { task: Pick<Task, 'estimate' | 'usage'> }) {
  if (!estimate) return null;
  return (
    <section aria-label="Foretold and taken" className="mt-4">
      <h3 className="mb-1.5 font-semibold">Foretold and taken</h3>
      <div className="overflow-x-auto">
        <table className="w-full text-left text-sm tabular-nums">
          <thead className="text-soft">
            <tr>
              <th scope="col" className="py-1 pr-4 font-normal">
                <span className="sr-only">Measure</span>
              </th>
              <th scope="col" className="py-1 pr-4 font-normal">
                Foretold
              </th>
              <th scope="col" className="py-1 pr-4 font-normal">
                Taken
              </th>
              <th scope="col" className="py-1 font-normal">
                Off by
              </th>
            </tr>
          </thead>
          <tbody>
            {heldAgainst(estimate, usage).map(({ name, foretold, took, off }) => (
              <tr key={name} className="border-t border-line align-baseline">
                <th scope="row" className="py-1 pr-4 font-normal text-soft">
                  {name}
                </th>
                <td className="py-1 pr-4">{foretold}</td>
                <td className="py-1 pr-4">{took}</td>
                <td className="py-1">{off}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-1.5 text-sm break-words text-soft" dir="auto">
        {estimate.reckoned.because}
      </p>
    </section>
  );
}
