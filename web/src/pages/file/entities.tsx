import { queryOptions, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { call } from '../../api/client.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import type { Place } from '../../parts/document/place.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { filterNamed, type Named, namedIn } from './mentions.ts';

/** What the rules found in a file never changes. */
const entitiesQuery = (id: string) =>
  queryOptions({
    queryKey: ['file-entities', id],
    queryFn: ({ signal }) => call('files.entities', { id }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

const KINDS: Array<[kind: Named['kind'], word: string]> = [
  ['person', 'People'],
  ['organisation', 'Organisations'],
  ['place', 'Places'],
  ['date', 'Dates'],
  ['amount', 'Amounts'],
  ['email', 'E-mail addresses'],
  ['phone', 'Phone numbers'],
  ['url', 'Web addresses'],
  ['address', 'Addresses'],
  ['identifier', 'References'],
];
/** Lines drawn at once. */
const STEP = 60;

interface EntitiesProps {
  fileId: string;
  /** The file was analysed before: what was found is there already. */
  isAnalyzed: boolean;
  onOpen(places: Place[]): void;
}

/** Names, dates and amounts of a file; each leads to its places. */
export function Entities({ fileId, isAnalyzed, onOpen }: EntitiesProps) {
  const [asked, setAsked] = useState(false);
  const found = useQuery({ ...entitiesQuery(fileId), enabled: isAnalyzed || asked });
  return (
    <section aria-labelledby="entities" className="rounded-2xl border border-line bg-card p-4 shadow-card">
      <h2 id="entities" className="text-base font-semibold">
        Found in it
      </h2>
      {!isAnalyzed && !asked ? (
        <>
          <p className="mt-1 mb-3 text-sm text-soft">
            Names, dates, amounts and more, each with its places. The rules look for them when you ask.
          </p>
          <Button small onClick={() => setAsked(true)}>
            Look for them
          </Button>
        </>
      ) : found.isPending ? (
        <Busy what="Looking for names, dates and amounts" />
      ) : found.isError ? (
        <div className="mt-3">
          <ProblemBox error={found.error} onRetry={() => found.refetch()} />
        </div>
      ) : (
        <List fileId={fileId} items={found.data.items} onOpen={onOpen} />
      )}
    </section>
  );
}

function List({
  fileId,
  items,
  onOpen,
}: {
  fileId: string;
  items: Named['places'];
  onOpen(places: Place[]): void;
}) {
  const [kind, setKind] = useState('');
  const [typed, setTyped] = useState('');
  const [most, setMost] = useState(STEP);
  const things = useMemo(() => namedIn(items), [items]);
  const wanted = useDeferredValue(typed);
  const shown = useMemo(() => filterNamed(things, kind || undefined, wanted), [things, kind, wanted]);
  if (things.length === 0) return <p className="mt-1 text-sm text-soft">Nothing the rules know.</p>;
  return (
    <>
      <div className="my-3 flex flex-col gap-2">
        <input
          type="search"
          aria-label="Filter what was found"
          placeholder="Filter"
          dir="auto"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className={FIELD}
        />
        <select
          aria-label="Kind"
          value={kind}
          onChange={(event) => setKind(event.target.value)}
          className={FIELD}
        >
          <option value="">All kinds ({things.length})</option>
          {KINDS.map(([each, word]) => {
            const count = things.filter((thing) => thing.kind === each).length;
            return count > 0 ? (
              <option key={each} value={each}>
                {word} ({count})
              </option>
            ) : null;
          })}
        </select>
      </div>
      <ul className="-mx-2 max-h-[60dvh] overflow-y-auto">
        {shown.slice(0, most).map(({ kind: its, name, places }) => (
          <li key={`${its} ${name}`}>
            <button
              type="button"
              onClick={() => onOpen(places.map((place) => ({ ...place, fileId, quote: place.text })))}
              className="flex w-full items-baseline gap-2 rounded-lg px-2 py-1.5 text-left text-sm hover:bg-sunken"
            >
              <bdi className="min-w-0 flex-1 break-words [overflow-wrap:anywhere]">{name}</bdi>
              <span className="text-xs text-soft tabular-nums">{places.length} ×</span>
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className="text-sm text-soft">
        {shown.length === 0 && 'Nothing of that kind or name.'}
      </p>
      {shown.length > most && (
        <Button small className="mt-2" onClick={() => setMost(most + STEP * 5)}>
          Show {Math.min(STEP * 5, shown.length - most)} more of {shown.length}
        </Button>
      )}
    </>
  );
}

const FIELD = 'h-9 w-full rounded-lg border border-line bg-card px-2.5 text-sm placeholder:text-soft';
