import { useQuery } from '@tanstack/react-query';
import { notify } from '../../parts/notices.tsx';
import type { Draft } from './draft.ts';
import { storedFilesQuery } from './files-query.ts';
import { examplesAmong, SUGGESTIONS } from './suggestions.ts';

interface IdeasProps {
  draft: Draft;
  onSuggest(goal: string): void;
  disabled: boolean;
}

/** What can be asked, as buttons that fill the box. */
export function Ideas({ draft, onSuggest, disabled }: IdeasProps) {
  const { data } = useQuery(storedFilesQuery);
  const examples = examplesAmong(data ?? []);
  const chip = 'rounded-full border px-3 py-1 text-sm transition hover:border-accent disabled:opacity-50';
  return (
    <ul aria-label="Ideas" className="mt-3 flex flex-wrap gap-2">
      {examples.length > 0 && (
        <li>
          <button
            type="button"
            disabled={disabled}
            className={`${chip} border-accent/40 bg-accent-soft text-accent`}
            onClick={() => {
              draft.uploads.addStored(examples);
              if (draft.getGoal() === '') onSuggest(SUGGESTIONS[0]?.goal ?? '');
              notify('The 10 example documents are added', 'Choose a goal, or write your own.');
            }}
          >
            Use the 10 example documents
          </button>
        </li>
      )}
      {SUGGESTIONS.map(({ label, goal }) => (
        <li key={goal}>
          <button
            type="button"
            disabled={disabled}
            title={goal}
            className={`${chip} border-line text-soft hover:text-ink`}
            onClick={() => onSuggest(goal)}
          >
            {label}
          </button>
        </li>
      ))}
    </ul>
  );
}
