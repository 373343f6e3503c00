import { BadgeCheck, TriangleAlert } from 'lucide-react';
import type { Verification } from '../../../api/result.ts';
import { Lines } from './sentences.tsx';
import { counted, reasonWords, whereWords } from './wording.ts';

/** One line at the top: was it checked, and what came of it. */
export function CheckedBadge({ verification }: { verification: Verification | undefined }) {
  if (!verification) return null;
  const { checked, failed } = verification;
  const isGood = failed.length === 0;
  return (
    <span className={`inline-flex items-center gap-1.5 ${isGood ? 'text-completed' : 'text-paused'}`}>
      {isGood ? (
        <BadgeCheck aria-hidden="true" className="size-4 shrink-0" />
      ) : (
        <TriangleAlert aria-hidden="true" className="size-4 shrink-0" />
      )}
      {isGood
        ? `${counted(checked, 'statement')} checked against the sources`
        : `${failed.length} of ${counted(checked, 'statement')} failed the check and were removed`}
    </span>
  );
}

/** How the result was made and checked. What failed is named. */
export function HowMade({
  howMade,
  verification,
}: {
  howMade: string;
  verification: Verification | undefined;
}) {
  return (
    <div className="space-y-4 text-[0.9375rem]">
      {howMade && (
        <p dir="auto" className="leading-relaxed break-words text-soft">
          {howMade}
        </p>
      )}
      {verification ? (
        <Checked verification={verification} />
      ) : (
        <p className="text-soft">Nobody checked this result against its sources.</p>
      )}
    </div>
  );
}

function Checked({
  verification: { checked, failed, missedContradictions },
}: {
  verification: Verification;
}) {
  return (
    <>
      <p>
        {failed.length === 0
          ? `The verifier checked ${counted(checked, 'statement')}. Each stands in its source.`
          : `The verifier checked ${counted(checked, 'statement')}. It refused ${failed.length}, which ${failed.length === 1 ? 'was' : 'were'} removed:`}
      </p>
      {failed.length > 0 && (
        <Lines
          lines={failed.map(
            ({ where, reason, detail }) => `${whereWords(where)}: ${reasonWords(reason)} (${detail})`,
          )}
        />
      )}
      {missedContradictions.length > 0 && (
        <p>
          It added {counted(missedContradictions.length, 'contradiction')} that the writer had passed over.
        </p>
      )}
    </>
  );
}
