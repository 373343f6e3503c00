import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { fileQuery, taskQuery } from '../../api/queries.ts';
import { notify, notifyProblem } from '../../parts/notices.tsx';
import type { Draft } from './draft.ts';

/**
 * Puts the goal and the files of a task that the address names into the box. What somebody has begun to write there is
 * never replaced.
 */
export function useAgain(draft: Draft): void {
  const { again } = useSearch({ from: '/' });
  const navigate = useNavigate();
  const client = useQueryClient();
  useEffect(() => {
    if (again === undefined) return;
    void navigate({ to: '/', search: {}, replace: true });
    if (draft.getGoal() !== '' || draft.uploads.get().length > 0) {
      notify('The box is not empty', 'Send what is in it, or clear it, and choose “Ask again” once more.');
      return;
    }
    client
      .ensureQueryData(taskQuery(again))
      .then(async ({ goal, files }) => {
        draft.setGoal(goal);
        const found = await Promise.allSettled(files.map((id) => client.ensureQueryData(fileQuery(id))));
        draft.uploads.addStored(found.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : [])));
      })
      .catch(notifyProblem);
  }, [again, draft, navigate, client]);
}
