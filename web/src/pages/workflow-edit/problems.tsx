import { CircleAlert, CircleCheck } from 'lucide-react';
import type { WorkflowProblem } from '../../api/models.ts';

interface ProblemsProps {
  problems: readonly WorkflowProblem[];
  state: 'empty' | 'checking' | 'checked';
  onOpen(problem: WorkflowProblem): void;
}

/** What is wrong with the text, each a way to its place. How many there are is told while one types. */
export function Problems({ problems, state, onOpen }: ProblemsProps) {
  return (
    <section aria-labelledby="problems-heading" className="space-y-2">
      <h2 id="problems-heading" className="sr-only">
        Problems
      </h2>
      <p role="status" className="flex items-center gap-2 text-sm font-medium">
        <Summary count={problems.length} state={state} />
      </p>
      {problems.length > 0 && (
        <ol className="max-h-80 divide-y divide-line overflow-y-auto rounded-2xl border border-failed/40 bg-card">
          {problems.map((problem) => {
            const { line, column, path, message } = problem;
            return (
              <li key={`${line}:${column} ${path} ${message}`}>
                <button
                  type="button"
                  onClick={() => onOpen(problem)}
                  className="block w-full px-4 py-2 text-left text-sm hover:bg-sunken"
                >
                  <span className="font-medium tabular-nums">
                    Line {line}, column {column}
                  </span>
                  {path !== '' && <code className="ml-2 text-xs break-all text-soft">{path}</code>}
                  <span className="block break-words" dir="auto">
                    {message}
                  </span>
                </button>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}

function Summary({ count, state }: { count: number; state: ProblemsProps['state'] }) {
  if (state === 'empty') return <span className="text-soft">There is no text yet.</span>;
  if (count > 0)
    return (
      <>
        <CircleAlert aria-hidden="true" className="size-4 shrink-0 text-failed" />
        <span className="text-failed">{count === 1 ? '1 problem' : `${count} problems`}</span>
      </>
    );
  if (state === 'checking') return <span className="text-soft">Checking</span>;
  return (
    <>
      <CircleCheck aria-hidden="true" className="size-4 shrink-0 text-completed" />
      <span className="text-completed">No problems</span>
    </>
  );
}
