import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CirclePause, CirclePlay, PencilLine, Play } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import type { WorkflowDetail } from '../../api/models.ts';
import { useMay } from '../../api/roles.ts';
import { Button, buttonLook } from '../../parts/button.tsx';
import { notify, notifyProblem } from '../../parts/notices.tsx';
import { addressOf } from '../../parts/workflow/workflow-words.ts';
import { Start } from './start.tsx';

/** What one can do with a workflow: start a task, write its next version, pause it. */
export function Actions({ workflow, shown }: { workflow: WorkflowDetail; shown: number }) {
  const client = useQueryClient();
  const may = useMay('operator');
  const [isStarting, setStarting] = useState(false);
  const isPaused = workflow.status === 'paused';
  const change = useMutation({
    mutationFn: () => call(isPaused ? 'workflows.activate' : 'workflows.pause', { id: workflow.id }),
    async onSuccess({ status }) {
      await client.invalidateQueries({ queryKey: ['workflows'] });
      if (status === 'paused') notify('It takes no new tasks now', 'Those in flight go on.');
      else notify('It takes new tasks again');
    },
    onError: notifyProblem,
  });
  if (!may) return null;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button disabled={change.isPending} onClick={() => change.mutate()}>
        {isPaused ? (
          <CirclePlay aria-hidden="true" className="size-4" />
        ) : (
          <CirclePause aria-hidden="true" className="size-4" />
        )}
        {isPaused ? 'Activate' : 'Pause'}
      </Button>
      <Link
        to="/workflows/$name/edit"
        params={{ name: addressOf(workflow) }}
        search={shown === workflow.latest ? {} : { version: shown }}
        className={buttonLook()}
      >
        <PencilLine aria-hidden="true" className="size-4" /> Edit
      </Link>
      {!isPaused && (
        <Button look="main" onClick={() => setStarting(true)}>
          <Play aria-hidden="true" className="size-4" /> Start
        </Button>
      )}
      {isStarting && <Start workflow={workflow} version={shown} onClose={() => setStarting(false)} />}
    </div>
  );
}
