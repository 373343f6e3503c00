import type { ReactNode } from 'react';
import type { Plan } from '../../../api/models.ts';
import { asSentence, ruleInWords } from './why.ts';

/** Why the chief planned this way, and whether one operator would have been enough. */
export function Why({ plan }: { plan: Plan }) {
  const enough = plan.oneOperatorEnough;
  return (
    <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
      <Reason title="Why this plan?" short={ruleInWords(plan.rule)} long={plan.because} />
      {enough && (
        <Reason
          title="Is one operator enough?"
          short={enough.enough ? 'Yes.' : 'No.'}
          long={enough.because}
        />
      )}
    </div>
  );
}

function Reason({ title, short, long }: { title: string; short: ReactNode; long: string }) {
  return (
    <section>
      <h2 className="text-sm font-medium">{title}</h2>
      <p className="mt-0.5 text-sm break-words text-soft" dir="auto">
        {short} {asSentence(long)}
      </p>
    </section>
  );
}
