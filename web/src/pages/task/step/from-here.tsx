import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { GitBranch, RotateCcw } from 'lucide-react';
import { call } from '../../../api/client.ts';
import type { Task } from '../../../api/models.ts';
import { newKey } from '../../../api/once.ts';
import { taskQuery } from '../../../api/queries.ts';
import { useMay } from '../../../api/roles.ts';
import { Button } from '../../../parts/button.tsx';
import { notify, notifyProblem } from '../../../parts/notices.tsx';

interface FromHereProps {
  task: Task;
  /** The step, as the plan says it: `load`, `each[3].pack`. */
  path: string;
}

/** Does a step of a workflow anew, with what comes after it: in this task once it failed, or in a new one. */
export function FromHere({ task, path }: FromHereProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('operator');
  const retry = useMutation({
    mutationFn: () => call('tasks.retry', { id: task.id, from: path }, { idempotencyKey: newKey() }),
    onSuccess(retried) {
      client.setQueryData(taskQuery(task.id).queryKey, retried);
      notify(`It goes on from ${path}`, 'What was completed before it is kept.');
    },
    onError: notifyProblem,
  });
  const fork = useMutation({
    mutationFn: () => call('tasks.fork', { id: task.id, from: path }, { idempotencyKey: newKey() }),
    async onSuccess({ id }) {
      notify(`A new task begins at ${path}`, 'It took over what this one had done before.');
      await navigate({ to: '/tasks/$taskId', params: { taskId: id }, search: { tab: 'plan' } });
    },
    onError: notifyProblem,
  });
  const hasBegun = task.nodes.some((node) => node.path === path && node.kind !== 'block');
  if (!may || !hasBegun || path.startsWith('undo(')) return null;
  const isBusy = retry.isPending || fork.isPending;
  const mayRetry = task.parentId === null && (task.status === 'failed' || task.status === 'terminated');
  return (
    <span className="inline-flex flex-wrap gap-2">
      {mayRetry && (
        <Button small disabled={isBusy} onClick={() => retry.mutate()}>
          <RotateCcw aria-hidden="true" className="size-4" /> Retry from here
        </Button>
      )}
      <Button
        small
        disabled={isBusy}
        onClick={() => fork.mutate()}
        title="A new task takes over what was done before this step"
      >
        <GitBranch aria-hidden="true" className="size-4" /> Fork from here
      </Button>
    </span>
  );
}
