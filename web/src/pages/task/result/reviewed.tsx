import { isFinal, type Task } from '../../../api/models.ts';
import { asSentence } from '../plan/why.ts';
import { counted } from './wording.ts';

/** What the chief's review held of the result, in a line above it; nothing where no review was due. */
export function Reviewed({ task: { result, status } }: { task: Task }) {
  if (!result?.review) return null;
  const { because, rounds, reworked } = result.review;
  return (
    <p className="mb-4 text-sm break-words text-soft">
      <strong className="font-medium text-ink">{verdictOf(result.review, status)}</strong>{' '}
      <span dir="auto">{asSentence(because)}</span>
      {rounds > 0 && status === 'completed' && (
        <>
          {' '}
          For it, {counted(reworked.length, 'step')} and what needs {reworked.length === 1 ? 'it' : 'them'}{' '}
          {rounds === 1 ? 'were done once more' : `were done up to ${rounds} times more`}.
        </>
      )}
    </p>
  );
}

type Review = NonNullable<NonNullable<Task['result']>['review']>;

function verdictOf({ by, verdict }: Review, status: Task['status']): string {
  if (by === 'rules') return 'Nobody reviewed this result.';
  if (verdict === 'accept') return 'The chief reviewed this result and accepted it.';
  if (!isFinal(status)) return 'The chief reviewed this result and has steps done again.';
  return status === 'completed'
    ? 'The chief reviewed this result and did not accept it.'
    : 'The chief reviewed this result and had steps done again when the task ended.';
}
