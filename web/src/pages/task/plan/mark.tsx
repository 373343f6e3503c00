import { Check, Ellipsis, Pause, Square, X } from 'lucide-react';
import type { TaskStatus } from '../../../api/models.ts';
import { StatusDot } from '../../../parts/status.tsx';

const LOOKS: Partial<Record<TaskStatus, { Icon: typeof Check; look: string }>> = {
  completed: { Icon: Check, look: 'bg-completed' },
  failed: { Icon: X, look: 'bg-failed' },
  terminated: { Icon: Square, look: 'bg-terminated' },
  paused: { Icon: Pause, look: 'bg-paused' },
  waiting: { Icon: Ellipsis, look: 'bg-waiting' },
};

/** A status as a small sign: each has a shape of its own, so that colour is not all there is. */
export function StatusMark({ status }: { status: TaskStatus }) {
  const known = LOOKS[status];
  if (!known)
    return (
      <span className="flex size-4 shrink-0 items-center justify-center">
        <StatusDot status={status} />
      </span>
    );
  const { Icon, look } = known;
  return (
    <span
      aria-hidden="true"
      className={`flex size-4 shrink-0 items-center justify-center rounded-full text-card ${look}`}
    >
      <Icon className="size-3" strokeWidth={3} />
    </span>
  );
}
