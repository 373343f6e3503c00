import { Link } from '@tanstack/react-router';
import type { Assignment } from '../../../api/models.ts';
import { asSentence } from '../plan/why.ts';

const TERMS = [
  { name: 'success', label: 'Success', most: 0.5, look: 'bg-completed' },
  { name: 'speed', label: 'Speed', most: 0.3, look: 'bg-running' },
  { name: 'load', label: 'Free hands', most: 0.2, look: 'bg-waiting' },
] as const;

/** Who does it and why: the terms of everybody who was considered, and who was not and why. */
export function AssignmentView({ assignment }: { assignment: Assignment }) {
  const { considered, excluded } = assignment;
  return (
    <div className="space-y-3 text-sm">
      <p className="break-words" dir="auto">
        <Link
          to="/agents"
          search={{ agent: assignment.agentId }}
          className="font-medium underline decoration-line underline-offset-2 hover:decoration-ink"
        >
          {assignment.agentName}
        </Link>
        <span className="text-soft"> · {asSentence(assignment.because)}</span>
      </p>
      {considered.length > 0 && (
        <>
          <div className="overflow-x-auto">
            <table className="w-full">
              <caption className="sr-only">Everybody who was considered, with the terms of the total</caption>
              <thead className="text-left text-soft">
                <tr>
                  <th scope="col" className="py-1 pr-3 font-medium">
                    Agent
                  </th>
                  {TERMS.map(({ name, label, most }) => (
                    <th key={name} scope="col" className="px-2 py-1 font-medium">
                      {label} <span className="font-normal whitespace-nowrap">of {most}</span>
                    </th>
                  ))}
                  <th scope="col" className="py-1 pl-2 text-right font-medium">
                    Total
                  </th>
                </tr>
              </thead>
              <tbody>
                {considered.map((agent) => (
                  <tr key={agent.agentId} className="border-t border-line">
                    <th scope="row" className="py-1.5 pr-3 text-left font-normal" dir="auto">
                      {agent.name}
                      {agent.agentId === assignment.agentId && <span className="sr-only"> (chosen)</span>}
                    </th>
                    {TERMS.map(({ name, most, look }) => (
                      <td key={name} className="px-2 py-1.5">
                        <Bar value={agent.terms[name]} most={most} look={look} />
                      </td>
                    ))}
                    <td
                      className={`py-1.5 pl-2 text-right tabular-nums ${agent.agentId === assignment.agentId ? 'font-semibold' : ''}`}
                    >
                      {agent.score.toFixed(3)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p className="text-soft">
            The total is half of the agent’s rate of success, plus up to 0.3 for speed (less for each second
            its tasks take on average), plus up to 0.2 for free hands (less for each task it already has). The
            highest total gets the step; of equal ones, the agent that joined first.
          </p>
        </>
      )}
      {excluded.length > 0 && (
        <div>
          <h4 className="font-medium">Not asked</h4>
          <ul className="mt-1 space-y-0.5 text-soft">
            {excluded.map(({ name, because }) => (
              <li key={name} className="break-words" dir="auto">
                <bdi>{name}</bdi>: {because}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Bar({ value, most, look }: { value: number; most: number; look: string }) {
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true" className="hidden h-1.5 w-10 overflow-hidden rounded-full bg-sunken sm:block">
        <span
          className={`block h-full rounded-full ${look}`}
          style={{ width: `${Math.min(100, Math.max(0, (value / most) * 100))}%` }}
        />
      </span>
      <span className="tabular-nums">{value.toFixed(2)}</span>
    </span>
  );
}
