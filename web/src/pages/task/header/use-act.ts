import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../../api/client.ts';
import { newKey } from '../../../api/once.ts';
import { taskQuery } from '../../../api/queries.ts';
import { notifyProblem } from '../../../parts/notices.tsx';

export const VERBS = ['pause', 'resume', 'terminate', 'retry'] as const;
export type Verb = (typeof VERBS)[number];

/** Pauses, resumes, terminates or retries a task; the answer is shown at once, a refusal as a notice. */
export function useAct(taskId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (verb: Verb) => call(`tasks.${verb}`, { id: taskId }, { idempotencyKey: newKey() }),
    onSuccess: (task) => client.setQueryData(taskQuery(taskId).queryKey, task),
    onError: notifyProblem,
  });
}

/** Changes the priority of an open task. */
export function useChange(taskId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (priority: number) => call('tasks.change', { id: taskId, priority }),
    onSuccess: (task) => client.setQueryData(taskQuery(taskId).queryKey, task),
    onError: notifyProblem,
  });
}
