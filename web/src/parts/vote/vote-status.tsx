import type { Vote } from '../../api/models.ts';

const LOOKS: Readonly<Record<Vote['status'], { text: string; dot: string }>> = {
  open: { text: 'text-running', dot: 'bg-running at-work' },
  decided: { text: 'text-completed', dot: 'bg-completed' },
  failed: { text: 'text-failed', dot: 'bg-failed' },
};

/** How a vote stands: a dot and the word, never colour alone. */
export function VoteStatus({ status }: { status: Vote['status'] }) {
  const { text, dot } = LOOKS[status];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium ${text}`}>
      <span aria-hidden="true" className={`inline-block size-2.5 shrink-0 rounded-full ${dot}`} />
      {status}
    </span>
  );
}
