import { Link } from '@tanstack/react-router';
import { EllipsisVertical } from 'lucide-react';
import { isFinal, type TaskSummary } from '../../api/models.ts';
import { duration, useNow } from '../../parts/time.tsx';

/** The goal as the way to the page of the task. `j` and `k` move between these links. */
export function GoalLink({ task, className = '' }: { task: TaskSummary; className?: string }) {
  return (
    <Link
      to="/tasks/$taskId"
      params={{ taskId: task.id }}
      data-row=""
      dir="auto"
      className={`line-clamp-2 break-words after:absolute after:inset-0 hover:underline focus-visible:outline-none ${className}`}
    >
      {task.goal}
    </Link>
  );
}

/** Who has it: one agent, or the team when it was planned into steps. */
export function Who({ task }: { task: TaskSummary }) {
  if (task.progress) return <>the team</>;
  if (task.agentName) return <bdi>{task.agentName}</bdi>;
  return <span title="It is not assigned yet">–</span>;
}

/** How far a plan is; nothing for a task without steps. */
export function Progress({ of }: { of: TaskSummary['progress'] }) {
  if (!of) return null;
  return (
    <span className="flex items-center gap-2 text-sm whitespace-nowrap text-soft">
      <progress
        value={of.done}
        max={Math.max(1, of.total)}
        aria-label={`${of.done} of ${of.total} steps done`}
        className="far h-1.5 w-16"
      />
      <span aria-hidden="true">
        {of.done}/{of.total}
      </span>
    </span>
  );
}

/** How long it took, or has taken until now. */
export function Took({ task: { startedAt, completedAt, status } }: { task: TaskSummary }) {
  if (!startedAt) return <>–</>;
  if (completedAt) return <>{duration(Date.parse(completedAt) - Date.parse(startedAt))}</>;
  return isFinal(status) ? <>–</> : <Since startedAt={startedAt} />;
}

function Since({ startedAt }: { startedAt: string }) {
  return <>{duration(useNow() - Date.parse(startedAt))}</>;
}

interface MenuButtonProps {
  task: TaskSummary;
  isOpen: boolean;
  onOpen(task: TaskSummary, button: HTMLButtonElement): void;
}

/** Opens what can be done to the task. It stands above the link that covers the row. */
export function MenuButton({ task, isOpen, onOpen }: MenuButtonProps) {
  return (
    <button
      type="button"
      aria-haspopup="menu"
      aria-expanded={isOpen}
      aria-label={`What to do with: ${task.goal}`}
      onClick={(event) => onOpen(task, event.currentTarget)}
      className="relative z-10 self-start rounded-lg p-1.5 text-soft hover:bg-sunken hover:text-ink aria-expanded:bg-sunken"
    >
      <EllipsisVertical className="size-4" aria-hidden="true" />
    </button>
  );
}
