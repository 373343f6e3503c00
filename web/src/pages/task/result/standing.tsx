import { Link } from '@tanstack/react-router';
import { CircleAlert, FileText, Hourglass, TriangleAlert } from 'lucide-react';
import { isFinal, type Task } from '../../../api/models.ts';
import { buttonLook } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { asSentence } from '../plan/why.ts';

/** What the plan shows of a task without a result. */
const WAYS: Partial<Record<Task['status'], string>> = {
  failed: 'See which step it was',
  terminated: 'See how far it came',
  completed: 'See the plan',
  paused: 'See how far it is',
};

/** Why there is no result, and what to do. */
export function NoResult({ task }: { task: Task }) {
  const { title, text } = whyNone(task);
  const Icon = task.status === 'failed' ? CircleAlert : isFinal(task.status) ? FileText : Hourglass;
  return (
    <Empty title={title} icon={<Icon className="size-6" />}>
      <p>{text}</p>
      {task.plan !== null && (
        <Link
          to="/tasks/$taskId"
          params={{ taskId: task.id }}
          search={{ tab: 'plan' }}
          className={`${buttonLook('plain', true)} mt-4`}
        >
          {WAYS[task.status] ?? 'See what happens now'}
        </Link>
      )}
    </Empty>
  );
}

function whyNone({ status }: Task): { title: string; text: string } {
  switch (status) {
    case 'completed':
      return {
        title: 'It was done without a result',
        text: 'The agent reported success and handed nothing over.',
      };
    case 'failed':
      return { title: 'There is no result', text: 'The task failed; above it says why. You can retry it.' };
    case 'terminated':
      return { title: 'There is no result', text: 'A person ended the task before it had one.' };
    case 'paused':
      return {
        title: 'No result yet',
        text: 'The task is paused. Resume it, and it goes on where it stopped.',
      };
    default:
      return { title: 'No result yet', text: 'It appears here by itself as soon as the last step is done.' };
  }
}

/** Said above a result that is not the whole: what is missing, and why. */
export function Standing({ task }: { task: Task }) {
  const missing = task.subtasks.filter(({ status }) => isFinal(status) && status !== 'completed');
  const isPartial = task.result?.completeness === 'partial';
  if (!isPartial && task.status === 'completed') return null;
  return (
    <div className="mb-4 flex gap-3 rounded-xl border border-paused/50 bg-paused/5 p-4">
      <TriangleAlert aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-paused" />
      <div className="min-w-0 space-y-1.5">
        <p className="font-medium">
          {task.status === 'completed'
            ? missing.length > 0
              ? 'This result is partial. These steps could not be done:'
              : task.result?.review?.verdict === 'rework'
                ? 'This result is partial: the review did not accept it.'
                : 'This result is partial: not every step was done.'
            : isFinal(task.status)
              ? `The task ${task.status === 'failed' ? 'failed' : 'was terminated'}. This is what it had.`
              : 'The task is not finished. This is what it has so far.'}
        </p>
        {task.status !== 'completed' && task.stopSentence && (
          <p dir="auto" className="text-sm break-words text-soft">
            {asSentence(task.stopSentence)}
          </p>
        )}
        {missing.length > 0 && (
          <ul className="space-y-1 text-sm">
            {missing.slice(0, 10).map(({ id, goal, stopSentence }) => (
              <li key={id} dir="auto" className="break-words">
                <strong className="font-medium">{goal}</strong>
                {stopSentence && <>: {stopSentence}</>}
              </li>
            ))}
            {missing.length > 10 && <li className="text-soft">and {missing.length - 10} more</li>}
          </ul>
        )}
      </div>
    </div>
  );
}
