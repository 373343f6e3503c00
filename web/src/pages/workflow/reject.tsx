import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import type { WorkflowDetail } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/message/form-field.tsx';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';

interface RejectProps {
  workflow: WorkflowDetail;
  version: number;
  onClose(): void;
}

/** Says that a proposed version is not wanted, and why. */
export function Reject({ workflow, version, onClose }: RejectProps) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string>();
  const reject = useMutation({
    mutationFn: () =>
      call(
        'workflows.reject',
        { id: workflow.id, version, reason: reason.trim() },
        { idempotencyKey: newKey() },
      ),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['workflows'] });
      notify(`Version ${version} was rejected`);
      onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (reason.trim() === '') return setProblem('Say why, so that the next one can be better.');
    reject.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={`Reject version ${version}?`}>
      <form onSubmit={submit} noValidate className="space-y-4">
        <TextField
          label="Why"
          name="reason"
          value={reason}
          onChange={(next) => {
            setReason(next);
            setProblem(undefined);
          }}
          problem={problem}
          lines={3}
        />
        {reject.isError && <ProblemBox error={reject.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button look="danger" type="submit" disabled={reject.isPending}>
            {reject.isPending ? 'Rejecting …' : 'Reject it'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
