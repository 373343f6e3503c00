import { useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { isFinal, type TaskSummary } from '../api/models.ts';
import { newKey } from '../api/once.ts';
import { taskQuery } from '../api/queries.ts';
import { notify, notifyProblem } from './notices.tsx';

/** What a person can do to a task with everything below it. */
export type Control = 'pause' | 'resume' | 'retry' | 'terminate';

/** What can be done to a task as it is now, by the rules of the server. A step is retried with its goal only. */
export function controlsOf({ status, parentId }: Pick<TaskSummary, 'status' | 'parentId'>): Control[] {
  if (!isFinal(status)) return [status === 'paused' ? 'resume' : 'pause', 'terminate'];
  return status !== 'completed' && parentId === null ? ['retry'] : [];
}

const DONE: Record<Control, string> = {
  pause: 'Paused: running steps stop at their next boundary.',
  resume: 'Resumed.',
  retry: 'Begun again: what was completed is kept.',
  terminate: 'Terminated.',
};

/** Carries out a control and tells what came of it. Ask before `terminate`: it cannot be taken back. */
export function useControl(): (control: Control, id: string) => Promise<void> {
  const client = useQueryClient();
  return async (control, id) => {
    try {
      const task = await call(`tasks.${control}`, { id }, { idempotencyKey: newKey() });
      client.setQueryData(taskQuery(id).queryKey, task);
      void client.invalidateQueries({ queryKey: ['tasks'] });
      notify(DONE[control]);
    } catch (error) {
      notifyProblem(error);
    }
  };
}
