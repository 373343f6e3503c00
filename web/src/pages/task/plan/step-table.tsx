import { memo } from 'react';
import { Status } from '../../../parts/status.tsx';
import type { Step } from '../steps.ts';
import { Took } from './took.tsx';

/** The steps as a table: the same as the picture, for who reads rather than looks, and for phones. */
export function StepTable({ steps, onOpen }: { steps: readonly Step[]; onOpen(name: string): void }) {
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">The steps of the plan, in its order</caption>
      <thead className="text-left text-soft">
        <tr className="border-b border-line">
          <th scope="col" className="py-2 pr-3 pl-4 font-medium">
            Step
          </th>
          <th scope="col" className="hidden px-3 py-2 font-medium sm:table-cell">
            Who
          </th>
          <th scope="col" className="px-3 py-2 font-medium">
            Status
          </th>
          <th scope="col" className="py-2 pr-4 pl-3 text-right font-medium">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <Row key={step.name} step={step} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  );
}

const Row = memo(function Row({ step, onOpen }: { step: Step; onOpen(name: string): void }) {
  return (
    <tr className="relative border-b border-line last:border-0 hover:bg-sunken">
      <td className="py-2 pr-3 pl-4">
        <button
          type="button"
          onClick={() => onOpen(step.name)}
          className="text-left font-medium break-words after:absolute after:inset-0"
          dir="auto"
        >
          {step.label}
        </button>
        {!step.goal.endsWith(step.label) && (
          <span className="hidden break-words text-soft sm:block" dir="auto">
            {step.goal}
          </span>
        )}
        <span className="block text-soft sm:hidden" dir="auto">
          {step.agentName}
        </span>
      </td>
      <td className="hidden px-3 py-2 sm:table-cell" dir="auto">
        {step.agentName ?? 'nobody yet'}
      </td>
      <td className="px-3 py-2">
        <Status status={step.status} />
      </td>
      <td className="py-2 pr-4 pl-3 text-right whitespace-nowrap tabular-nums">
        <Took step={step} />
      </td>
    </tr>
  );
});
