import { CircleAlert } from 'lucide-react';
import { Problem } from '../api/client.ts';
import { Button } from './button.tsx';

/** An error as people can use it: what happened, why, and what to do next. */
export function ProblemBox({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const problem = error instanceof Problem ? error.details : undefined;
  return (
    <div role="alert" className="flex gap-3 rounded-xl border border-failed/40 bg-failed/5 p-4">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-failed" />
      <div className="min-w-0 flex-1 space-y-1">
        <p className="font-medium">{problem?.title ?? 'Something went wrong on this page'}</p>
        <p className="text-sm break-words text-soft" dir="auto">
          {problem?.detail ?? String(error)}
        </p>
        {problem?.hint && (
          <p className="text-sm break-words" dir="auto">
            {problem.hint}
          </p>
        )}
        {problem && (
          <p className="text-xs text-soft">
            <code>{problem.code}</code>
            {problem.traceId && <> · trace {problem.traceId}</>}
          </p>
        )}
        {onRetry && (
          <Button small onClick={onRetry} className="mt-1">
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}
