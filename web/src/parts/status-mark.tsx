import { Check, Ellipsis, Pause, SkipForward, Square, X } from 'lucide-react';
import type { TaskStatus } from '../api/models.ts';
import { StatusDot } from './status.tsx';

const LOOKS: Partial<Record<TaskStatus | 'skipped', { Icon: typeof Check; look: string }>> = {
  completed: { Icon: Check, look: 'bg-completed' },
  failed: { Icon: X, look: 'bg-failed' },
  terminated: { Icon: Square, look: 'bg-terminated' },
  paused: { Icon: Pause, look: 'bg-paused' },
  waiting: { Icon: Ellipsis, look: 'bg-waiting' },
  skipped: { Icon: SkipForward, look: 'bg-terminated' },
};

/** A status as a small sign: each has a shape of its own, so that colour is not all there is. */
export function StatusMark({ status }: { status: TaskStatus | 'skipped' }) {
  const known = LOOKS[status];
  if (!known)
    return (
      <span className="flex size-4 shrink-0 items-center justify-center">
        {status !== 'skipped' && <StatusDot status={status} />}
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
