import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import type { Operations } from '../../api/types.ts';
import { useLater } from '../later.ts';
import { estimateRows } from './estimate-words.ts';
import { overCap, usuallyOff } from './off-words.ts';

/** A task that somebody is about to give. */
export type Wanted = Pick<Operations['tasks.estimate']['input'], 'goal' | 'files' | 'workflow' | 'input'>;

interface ForeseenProps {
  /** Undefined while it does not say yet what is wanted. */
  wanted: Wanted | undefined;
  cap?: Parameters<typeof overCap>[1] | undefined;
}

/** What a task may take, before it is given, and how far such estimates are off as a rule. */
export function Foreseen({ wanted, cap }: ForeseenProps) {
  const asked = useLater(wanted && JSON.stringify(wanted), 600);
  const { data } = useQuery({
    queryKey: ['estimate', asked],
    queryFn: ({ signal }) => call('tasks.estimate', JSON.parse(asked ?? '') as Wanted, { signal }),
    enabled: asked !== undefined,
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
  if (!data || !wanted) return null;
  const over = cap && overCap(data, cap);
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
