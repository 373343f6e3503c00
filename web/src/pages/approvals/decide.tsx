import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import type { Approval } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { sessionQuery } from '../../api/queries.ts';
import { whyNot } from '../../parts/approval/approval-words.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/message/form-field.tsx';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';

type Decision = 'approved' | 'rejected';

/** Approves or rejects, with a comment; or says why who looks may not. */
export function Decide({ approval }: { approval: Approval }) {
  const client = useQueryClient();
  const { data: me } = useQuery(sessionQuery);
  const [comment, setComment] = useState('');
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      call(
        'approvals.decide',
        {
          id: approval.id,
          decision,
          // What was seen is what is decided: another input is refused.
          inputHash: approval.inputHash,
          ...(comment.trim() !== '' && { comment: comment.trim() }),
        },
        { idempotencyKey: newKey() },
      ),
    async onSuccess({ status, ask }) {
      notify(status === 'approved' ? 'Approved' : 'Rejected', ask);
      await client.invalidateQueries({ queryKey: ['approvals'] });
    },
    // It may have been decided meanwhile.
    onError: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
  const reason = whyNot(approval, me?.role);
  if (reason !== undefined) return <p className="rounded-xl bg-sunken px-4 py-3 text-sm">{reason}</p>;
  if (!approval.mayDecide) return null;
  return (
    <form aria-label="Decide" onSubmit={(event) => event.preventDefault()} className="space-y-3">
      <TextField
        label="Comment (may be left out)"
        name="comment"
        value={comment}
        onChange={setComment}
        lines={2}
      />
      {decide.isError && <ProblemBox error={decide.error} />}
      <div className="flex gap-2">
        <Button look="main" disabled={decide.isPending} onClick={() => decide.mutate('approved')}>
          <Check aria-hidden="true" className="size-4" />
          {decide.isPending && decide.variables === 'approved' ? 'Approving …' : 'Approve'}
        </Button>
        <Button look="danger" disabled={decide.isPending} onClick={() => decide.mutate('rejected')}>
          <X aria-hidden="true" className="size-4" />
          {decide.isPending && decide.variables === 'rejected' ? 'Rejecting …' : 'Reject'}
        </Button>
      </div>
    </form>
  );
}
