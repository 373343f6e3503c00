import { CircleCheck, CircleDashed, CirclePause } from 'lucide-react';
import type { WorkflowSummary } from '../../api/models.ts';
import { statusWords } from './workflow-words.ts';

/** Whether new tasks may follow a workflow: a sign and a word. */
export function WorkflowStatus({ workflow }: { workflow: Pick<WorkflowSummary, 'status' | 'published'> }) {
  const words = statusWords(workflow);
  const [Icon, look] =
    words === 'active'
      ? ([CircleCheck, 'text-completed'] as const)
      : words === 'paused'
        ? ([CirclePause, 'text-paused'] as const)
        : ([CircleDashed, 'text-soft'] as const);
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-medium ${look}`}>
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      {words}
    </span>
  );
}
