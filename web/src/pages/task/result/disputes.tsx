import type { Contradiction } from '../../../api/result.ts';
import { Citations } from './citations.tsx';
import { ComputationNote } from './computation-note.tsx';
import { differencesOf } from './difference.ts';
import { useNames } from './names.tsx';
import { sidesOf } from './sides.ts';

/** Where the sources cannot all be right: side by side, what differs marked. */
export function Disputes({ contradictions }: { contradictions: readonly Contradiction[] }) {
  return (
    <div className="space-y-5">
      {contradictions.map((contradiction, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what it is
        <Dispute key={index} contradiction={contradiction} />
      ))}
    </div>
  );
}

function Dispute({ contradiction }: { contradiction: Contradiction }) {
  const sides = sidesOf(contradiction, useNames());
  const differences = differencesOf(sides.map(({ text }) => text));
  return (
    <article className="kept-whole rounded-xl border border-line border-s-4 border-s-failed/70 p-4 md:p-5">
      {contradiction.subject && (
        <h4 dir="auto" className="mb-3 font-semibold break-words first-letter:uppercase">
          {contradiction.subject}
        </h4>
      )}
      <div className={`grid gap-3 ${sides.length > 1 ? 'sm:grid-cols-2 print:grid-cols-2' : ''}`}>
        {sides.map(({ name, citations }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what it is
          <div key={index} className="flex min-w-0 flex-col gap-3 rounded-lg bg-sunken/70 p-3.5">
            <blockquote dir="auto" className="flex-1 leading-relaxed break-words">
              {name ? '“' : ''}
              {differences[index]?.map(({ text, differs }, at) =>
                differs ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the place in the sentence is what it is
                  <mark key={at} className="font-semibold">
                    {text}
                  </mark>
                ) : (
                  text
                ),
              )}
              {name ? '”' : ''}
            </blockquote>
            <p className="[&_button]:bg-card">
              {citations.length > 0 ? (
                <Citations citations={citations} />
              ) : (
                <bdi className="text-xs text-soft">{name}</bdi>
              )}
            </p>
          </div>
        ))}
      </div>
      {contradiction.computation && <ComputationNote computation={contradiction.computation} />}
    </article>
  );
}
