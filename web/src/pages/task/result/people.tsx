import { useMemo, useState } from 'react';
import type { Brief } from '../../../api/result.ts';
import { useOpenDocument } from '../../../parts/document/document-panel.tsx';
import { Citations } from './citations.tsx';
import { Folded } from './folded.tsx';
import { counted, kindsWords, kindWords } from './wording.ts';

type Entity = Brief['entities'][number];

/** Kinds that have a part of their own in the brief; here they come only when asked for. */
export const ELSEWHERE: ReadonlySet<string> = new Set(['date', 'amount']);

/** Who and what matters, the important ones first, by kind. */
export function People({ entities }: { entities: readonly Entity[] }) {
  const [kind, setKind] = useState<string>();
  const kinds = useMemo(() => {
    const counts = new Map<string, number>();
    for (const each of entities) counts.set(each.kind, (counts.get(each.kind) ?? 0) + 1);
    return [...counts].sort(([left], [right]) => Number(ELSEWHERE.has(left)) - Number(ELSEWHERE.has(right)));
  }, [entities]);
  const ofKind = useMemo(
    () => entities.filter((each) => (kind ? each.kind === kind : !ELSEWHERE.has(each.kind))),
    [entities, kind],
  );
  return (
    <>
      <fieldset className="mb-4 flex flex-wrap gap-1.5 print:hidden">
        <legend className="sr-only">Kind</legend>
        <Chip label="All" isOn={kind === undefined} onClick={() => setKind(undefined)} />
        {kinds.map(([each, count]) => (
          <Chip
            key={each}
            label={kindsWords(each)}
            count={count}
            isOn={kind === each}
            onClick={() => setKind(kind === each ? undefined : each)}
          />
        ))}
      </fieldset>
      <Folded
        key={kind ?? ''}
        items={ofKind}
        first={8}
        what={kind ? kindsWords(kind).toLowerCase() : 'names'}
      >
        {(shown) => (
          <ul className="divide-y divide-line">
            {shown.map((entity) => (
              <Row key={`${entity.kind} ${entity.name}`} entity={entity} />
            ))}
          </ul>
        )}
      </Folded>
    </>
  );
}

function Chip(props: { label: string; count?: number; isOn: boolean; onClick(): void }) {
  return (
    <button
      type="button"
      aria-pressed={props.isOn}
      onClick={props.onClick}
      className="rounded-full border border-line px-2.5 py-1 text-xs font-medium text-soft transition hover:bg-sunken hover:text-ink aria-pressed:border-accent/40 aria-pressed:bg-accent-soft aria-pressed:text-accent"
    >
      <bdi>{props.label}</bdi>
      {props.count !== undefined && <span className="ms-1 font-normal tabular-nums">{props.count}</span>}
    </button>
  );
}

function Row({ entity: { kind, name, mentions, about } }: { entity: Entity }) {
  const open = useOpenDocument();
  const files = new Set(mentions.map(({ fileId }) => fileId)).size;
  const often = `${mentions.length} × in ${counted(files, 'document')}`;
  return (
    <li className="grid gap-x-6 gap-y-1 py-3 sm:grid-cols-[14.5rem_minmax(0,1fr)]">
      <div className="min-w-0">
        <p dir="auto" className="font-medium break-words">
          {name}
        </p>
        <p className="text-xs text-soft">
          {kindWords(kind)} ·{' '}
          <button
            type="button"
            onClick={() => open.places(mentions)}
            aria-label={`${name}: ${often}`}
            className="rounded underline decoration-line underline-offset-2 hover:text-accent hover:decoration-accent"
          >
            {often}
          </button>
        </p>
      </div>
      {about && (
        <p dir="auto" className="min-w-0 text-[0.9375rem] leading-relaxed break-words text-soft">
          {about.sentence}
          <Citations citations={about.citations} />
        </p>
      )}
    </li>
  );
}
