import type { Brief } from '../../../api/result.ts';
import { Folded } from './folded.tsx';
import { Sentence } from './sentences.tsx';
import { dateWords } from './wording.ts';

/** What happened or will happen, by date; one date is said once. */
export function Dates({
  timeline,
  disputed,
}: {
  timeline: Brief['timeline'];
  disputed(finding: Brief['timeline'][number]): boolean;
}) {
  return (
    <Folded items={timeline} first={12} what="dates">
      {(shown) => (
        <ol className="ms-1.5 border-s-2 border-line">
          {shown.map((item, index) => {
            const isNew = shown[index - 1]?.date !== item.date;
            return (
              <li
                // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what it is
                key={index}
                className={`relative grid gap-x-6 ps-6 sm:grid-cols-[9rem_minmax(0,1fr)] ${isNew ? 'pt-3 first:pt-0' : 'pt-1.5'}`}
              >
                {isNew ? (
                  <>
                    <span
                      aria-hidden="true"
                      className={`absolute -start-[7px] size-3 rounded-full border-2 border-card bg-accent ${index === 0 ? 'top-2' : 'top-5'}`}
                    />
                    <time
                      dir="auto"
                      className={`min-w-0 break-words text-sm leading-7 font-semibold text-soft tabular-nums ${item.date.length <= 10 ? 'sm:whitespace-nowrap' : ''}`}
                    >
                      {dateWords(item.date)}
                    </time>
                  </>
                ) : (
                  <span className="sr-only">{dateWords(item.date)}</span>
                )}
                <div className="min-w-0 sm:col-start-2">
                  <Sentence finding={item} isDisputed={disputed(item)} />
                </div>
              </li>
            );
          })}
        </ol>
      )}
    </Folded>
  );
}
