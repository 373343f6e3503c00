import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { estimateRows } from '../../parts/estimate/estimate-words.ts';
import { overCap, usuallyOff } from '../../parts/estimate/off-words.ts';
import { useLater } from '../../parts/later.ts';
import { readCap, type TypedCap } from './cap.ts';

interface ForeseenProps {
  goal: string;
  files: readonly string[];
  cap: TypedCap;
}

/** What the goal in the box may take, before it is sent, and how far such estimates are off as a rule. */
export function Foreseen({ goal, files, cap }: ForeseenProps) {
  const asked = useLater(goal.trim(), 600);
  const { data } = useQuery({
    queryKey: ['estimate', asked, files],
    queryFn: ({ signal }) => call('tasks.estimate', { goal: asked, files: [...files] }, { signal }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    gcTime: 30_000,
    retry: 0,
  });
  const kind = data?.kind ?? '';
  const { data: errors } = useQuery({
    queryKey: ['predictions', kind],
    queryFn: ({ signal }) => call('usage.predictions', { kind }, { signal }),
    enabled: kind !== '',
    retry: 0,
  });
  if (!data || goal.trim() === '') return null;
  const read = readCap(cap);
  const over = 'budget' in read && read.budget ? overCap(data, read.budget) : undefined;
  return (
    <section aria-label="What it may take" className="mt-2 space-y-1 text-sm text-soft">
      {data.reckoned.by === 'unknown' ? (
        <p>Nobody can say yet what it may take: {data.reckoned.because}.</p>
      ) : (
        <p title={data.reckoned.because}>
          May take:{' '}
          {estimateRows(data)
            .map(([name, words]) => `${name.toLowerCase()} ${words}`)
            .join(' · ')}
        </p>
      )}
      {data.reckoned.by !== 'unknown' && errors && <p>{usuallyOff(errors)}</p>}
      {over && (
        <p role="status" className="text-paused">
          {over}
        </p>
      )}
    </section>
  );
}
