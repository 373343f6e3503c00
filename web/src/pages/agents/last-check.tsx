import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { Agent } from '../../api/models.ts';
import { hintFor } from '../../parts/agent/agent-words.ts';
import { Ago } from '../../parts/time.tsx';
import { Section } from './section.tsx';

const MEANS: Readonly<Record<string, string>> = {
  configuration: 'The spec is in order',
  dependencies: 'The agents it needs are there',
  executor: 'What does its work answers',
};

/** What the bootstrap check found, and what to do where it failed. */
export function LastCheck({ validation }: { validation: Agent['validation'] }) {
  if (!validation)
    return (
      <Section title="Bootstrap check">
        <p className="text-sm text-soft">It was not checked yet.</p>
      </Section>
    );
  const { validations, errors, warnings, success, checkedAt } = validation;
  return (
    <Section title="Bootstrap check">
      <p className="mb-2 text-sm text-soft">
        {success ? 'Passed ' : 'Not passed '}
        <Ago at={checkedAt} />.{!success && ' It gets no work until it passes.'}
      </p>
      <ul className="space-y-1 text-sm">
        {Object.entries(validations).map(([name, good]) => (
          <li key={name} className="flex items-center gap-2">
            {good ? (
              <CircleCheck role="img" aria-label="passed" className="size-4 text-completed" />
            ) : (
              <CircleX role="img" aria-label="failed" className="size-4 text-failed" />
            )}
            {MEANS[name] ?? name}
          </li>
        ))}
      </ul>
      {errors.map((error) => (
        <div key={error} className="mt-2 rounded-lg border border-failed/40 bg-failed/5 p-3 text-sm">
          <p dir="auto" className="break-words">
            {error}
          </p>
          {hintFor(error) && <p className="mt-1 break-words text-soft">{hintFor(error)}</p>}
        </div>
      ))}
      {warnings.map((warning) => (
        <p key={warning} className="mt-2 flex gap-2 text-sm text-paused">
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <span dir="auto">{warning}</span>
        </p>
      ))}
    </Section>
  );
}
