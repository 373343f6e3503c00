import { PenLine } from 'lucide-react';
import { isFinal, type Task } from '../../../api/models.ts';
import type { Step } from '../steps.ts';
import { useWritten } from './writing.tsx';
import { WrittenText } from './written.tsx';

/** Texts that are shown at once: the others are in their steps. */
const MOST_SHOWN = 2;

/** Which steps models write for right now, and what. */
export function WritingNow({
  task,
  steps,
  onOpen,
}: {
  task: Task;
  steps: readonly Step[];
  onOpen(step: string): void;
}) {
  const written = useWritten();
  if (isFinal(task.status) || written.size === 0) return null;
  const working = steps.filter((step) => written.has(step.taskId) && !isFinal(step.status));
  const own = written.get(task.id);
  return (
    <section aria-label="Written now" className="mb-5 space-y-3">
      {own && (
        <div>
          <p className="mb-1.5 flex items-center gap-1.5 text-sm font-medium text-running">
            <PenLine aria-hidden="true" className="size-4" />
            {steps.length > 0 ? 'The chief writes' : 'The model writes'}
          </p>
          <WrittenText text={own.text} className="max-h-48" />
        </div>
      )}
      {working.slice(0, MOST_SHOWN).map((step) => (
        <div key={step.name}>
          <p className="mb-1.5 flex min-w-0 items-center gap-1.5 text-sm">
            <PenLine aria-hidden="true" className="size-4 shrink-0 text-running" />
            <button
              type="button"
              onClick={() => onOpen(step.name)}
              className="min-w-0 truncate font-medium hover:text-accent hover:underline"
              dir="auto"
            >
              {step.label}
            </button>
          </p>
          <WrittenText text={written.get(step.taskId)?.text ?? ''} className="max-h-28" />
        </div>
      ))}
      {working.length > MOST_SHOWN && (
        <p className="text-sm text-soft">Models write for {working.length - MOST_SHOWN} more steps.</p>
      )}
    </section>
  );
}
