import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { buttonLook } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { ProblemBox } from '../parts/problem.tsx';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <Empty title="There is no such page">
      <p className="mb-4">The address may be mistyped, or the page was moved.</p>
      <Link to="/" className={buttonLook('main')}>
        Go home
      </Link>
    </Empty>
  );
}

/** A page that broke. The rest of the console stands. */
export function Crash({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-xl p-8">
      <ProblemBox error={error} onRetry={reset} />
    </div>
  );
}
