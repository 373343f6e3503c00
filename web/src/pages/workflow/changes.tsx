import { CircleMinus, CirclePlus, PencilLine } from 'lucide-react';
import type { ChangedPart, StepChange } from '../../parts/workflow/changes.ts';

const LOOKS: Record<StepChange['what'], { Icon: typeof CirclePlus; look: string }> = {
  added: { Icon: CirclePlus, look: 'text-completed' },
  removed: { Icon: CircleMinus, look: 'text-failed' },
  changed: { Icon: PencilLine, look: 'text-running' },
};

/** What became of each step, in words. */
export function Changes({ changes }: { changes: readonly StepChange[] }) {
  return (
    <section aria-labelledby="changes-heading">
      <h2 id="changes-heading" className="mb-2 text-lg font-semibold">
        What changed
      </h2>
      <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card shadow-card">
        {changes.map((change) => (
          <li key={`${change.what} ${change.place}`} className="space-y-2 px-4 py-3 text-sm">
            <Heading change={change} />
            {change.parts.length > 0 && (
              <dl className="space-y-2">
                {change.parts.map((part) => (
                  <Part key={part.name} part={part} />
                ))}
              </dl>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Heading({ change: { what, place, says } }: { change: StepChange }) {
  const { Icon, look } = LOOKS[what];
  return (
    <h3 className="flex flex-wrap items-baseline gap-x-2.5 gap-y-0.5 font-normal">
      <span className={`inline-flex items-center gap-1.5 font-medium ${look}`}>
        <Icon aria-hidden="true" className="size-4 self-center" />
        {what}
      </span>
      <span className="font-medium break-all">
        {place === '' ? 'The workflow itself' : <bdi className="font-mono">{place}</bdi>}
      </span>
      {says !== '' && (
        <span className="min-w-0 break-words text-soft" dir="auto">
          {says}
        </span>
      )}
    </h3>
  );
}

function Part({ part: { name, was, now } }: { part: ChangedPart }) {
  return (
    <div className="grid gap-x-4 gap-y-1 sm:grid-cols-[13rem_1fr_1fr]">
      <dt className="text-soft">{name}</dt>
      <Side word="was" value={was} look="bg-failed/10" />
      <Side word="now" value={now} look="bg-completed/10" />
    </div>
  );
}

function Side({ word, value, look }: { word: string; value: string | null; look: string }) {
  return (
    <dd className="min-w-0">
      <span className="text-soft">{word} </span>
      {value === null ? (
        <span className="text-soft italic">nothing</span>
      ) : (
        <span className={`rounded px-1 break-words whitespace-pre-wrap ${look}`} dir="auto">
          {value}
        </span>
      )}
    </dd>
  );
}
