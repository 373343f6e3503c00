import type { TaskStatus } from '../api/models.ts';

/** Colours of each status, as whole class names so that the build finds them. */
const TEXT: Record<TaskStatus, string> = {
  pending: 'text-pending',
  running: 'text-running',
  waiting: 'text-waiting',
  paused: 'text-paused',
  completed: 'text-completed',
  failed: 'text-failed',
  terminated: 'text-terminated',
};
const DOT: Record<TaskStatus, string> = {
  pending: 'border-2 border-pending bg-transparent',
  running: 'bg-running at-work',
  waiting: 'bg-waiting',
  paused: 'bg-paused',
  completed: 'bg-completed',
  failed: 'bg-failed',
  terminated: 'bg-terminated',
};

/** What a status means, for people who see it for the first time. */
export const STATUS_MEANS: Record<TaskStatus, string> = {
  pending: 'not begun: an agent or an earlier step is awaited',
  running: 'an agent works on it',
  waiting: 'its steps are carried out',
  paused: 'stopped by a person; it can be resumed',
  completed: 'done',
  failed: 'it could not be done; it can be retried',
  terminated: 'ended by a person',
};

export function StatusDot({ status }: { status: TaskStatus }) {
  return <span aria-hidden="true" className={`inline-block size-2.5 shrink-0 rounded-full ${DOT[status]}`} />;
}

/** The status of a task or step: a dot and the word, never colour alone. */
export function Status({ status }: { status: TaskStatus }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 text-sm font-medium ${TEXT[status]}`}
      title={STATUS_MEANS[status]}
    >
      <StatusDot status={status} />
      {status}
    </span>
  );
}
