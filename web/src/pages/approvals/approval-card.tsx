import { Link } from '@tanstack/react-router';
import { Ban, CircleCheck, CircleX, Clock, type LucideIcon, Undo2 } from 'lucide-react';
import { useId } from 'react';
import type { Approval, ApprovalStatus } from '../../api/models.ts';
import { APPROVAL_WORDS, deciders } from '../../parts/approval/approval-words.ts';
import { askedBy } from '../../parts/asked-by.ts';
import { type FactRows, Facts } from '../../parts/facts.tsx';
import { Json } from '../../parts/json.tsx';
import { Ago, duration, useNow } from '../../parts/time.tsx';
import { Decide } from './decide.tsx';

const LOOKS: Record<ApprovalStatus, { Icon: LucideIcon; look: string }> = {
  pending: { Icon: Clock, look: 'text-waiting' },
  approved: { Icon: CircleCheck, look: 'text-completed' },
  rejected: { Icon: CircleX, look: 'text-failed' },
  expired: { Icon: Ban, look: 'text-paused' },
  withdrawn: { Icon: Undo2, look: 'text-terminated' },
};

/** One question: what exactly is to be approved, for which task, by whom and until when; and the decision. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const heading = useId();
  const { ask, status, input } = approval;
  const { Icon, look } = LOOKS[status];
  const { word, means } = APPROVAL_WORDS[status];
  const hasInput = Object.keys(input).length > 0;
  return (
    <article
      aria-labelledby={heading}
      className="grid gap-x-8 gap-y-4 rounded-2xl border border-line bg-card p-5 shadow-card lg:grid-cols-[minmax(0,1fr)_22rem]"
    >
      <div className="min-w-0 space-y-3">
        <h2 id={heading} className="text-lg font-semibold break-words whitespace-pre-line" dir="auto">
          {ask}
        </h2>
        <p className={`flex items-center gap-1.5 text-sm font-medium ${look}`} title={means}>
          <Icon aria-hidden="true" className="size-4" />
          {word}
          <span className="sr-only">: {means}</span>
        </p>
        <section aria-label="What is approved">
          <p className="mb-1 text-sm text-soft">
            {hasInput
              ? 'Exactly this is approved, to the letter:'
              : 'Only the question itself: it has no input.'}
          </p>
          {hasInput && <Json value={input} label="What is approved, as JSON" />}
        </section>
      </div>
      <div className="min-w-0 space-y-4">
        <Facts rows={rowsOf(approval)} />
        <Decide approval={approval} />
      </div>
    </article>
  );
}

function rowsOf(approval: Approval): FactRows {
  const { taskId, step, requestedBy, by, deadline, escalation, status, usedBy } = approval;
  const rows: FactRows = [
    [
      'Task',
      <Link
        key="task"
        to="/tasks/$taskId"
        params={{ taskId }}
        search={{ tab: 'plan', step }}
        className="underline decoration-line underline-offset-2 hover:text-accent"
      >
        Open it at the step {step}
      </Link>,
    ],
    ['Asked by', askedBy(requestedBy)],
    ['Asked', <Ago key="at" at={approval.createdAt} />],
    ['Who may decide', deciders(by)],
  ];
  if (status === 'pending') {
    rows.push(['Until', <Until key="until" at={deadline} />]);
    if (escalation && approval.escalatedAt === null) rows.push(['Then asked', deciders(escalation.by)]);
    if (approval.escalatedAt !== null)
      rows.push(['Escalated', <Ago key="escalated" at={approval.escalatedAt} />]);
  }
  if (approval.decidedAt !== null)
    rows.push([
      status === 'approved' || status === 'rejected' ? 'Decided' : 'Ended',
      <span key="decided">
        {approval.decidedBy !== null && (
          <>
            by <bdi>{approval.decidedBy}</bdi>,{' '}
          </>
        )}
        <Ago at={approval.decidedAt} />
      </span>,
    ]);
  if (approval.comment !== null) rows.push(['Comment', approval.comment]);
  if (usedBy !== null) rows.push(['Let through', usedBy]);
  return rows;
}

function Until({ at }: { at: string }) {
  const left = Date.parse(at) - useNow();
  return (
    <>
      {new Date(at).toLocaleString()}
      <span className="text-soft"> · {left > 0 ? `in ${duration(left)}` : 'now'}</span>
    </>
  );
}
