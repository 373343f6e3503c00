import type { Task } from '../../../api/models.ts';
import { Fold } from '../../../parts/fold.tsx';
import { Json } from '../../../parts/json.tsx';

const KINDS: Record<string, string> = {
  'chief.plan': 'Planning',
  'chief.conclude': 'Conclusion',
  'operator.work': 'Work',
};

/** The runs of a task: how often each was tried and what went wrong. */
export function Runs({ runs }: { runs: Task['runs'] }) {
  if (runs.length === 0) return <p className="text-sm text-soft">No worker has taken it in hand yet.</p>;
  return (
    <ul className="space-y-1.5 text-sm">
      {runs.map((run) => (
        <li key={run.id}>
          {KINDS[run.kind] ?? run.kind}: {run.state}
          <span className="text-soft">
            {' '}
            · {run.attempts} {run.attempts === 1 ? 'attempt' : 'attempts'}
            {run.claims > run.attempts && `, taken in hand ${run.claims} times`}
          </span>
          {run.error && (
            <p className="mt-0.5 break-words text-failed" dir="auto">
              {run.error.message} <code className="text-xs text-soft">{run.error.code}</code>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What a task has stored on its way: after a crash the next attempt goes on from here. */
export function Checkpoints({ steps }: { steps: Task['steps'] }) {
  if (steps.length === 0) return <p className="text-sm text-soft">Nothing has been stored yet.</p>;
  return (
    <ul>
      {steps.map((step) => (
        <li key={`${step.kind} ${step.name} ${step.at}`}>
          <Fold
            title={
              <span className="min-w-0 flex-1 break-words">
                <code className="text-xs">{step.name}</code>
                <span className="text-soft">
                  {' '}
                  · attempt {step.attempt} ·{' '}
                  <time dateTime={step.at}>{new Date(step.at).toLocaleTimeString()}</time>
                </span>
              </span>
            }
          >
            {step.result === null ? (
              <p className="text-sm text-soft">It has no result.</p>
            ) : (
              <Json value={step.result} label={`What ${step.name} stored`} />
            )}
            {step.cut && <p className="mt-1 text-xs text-soft">Only the beginning of it is shown.</p>}
          </Fold>
        </li>
      ))}
    </ul>
  );
}
