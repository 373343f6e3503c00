import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import type { WorkflowProblem } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { useMay } from '../../api/roles.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/message/form-field.tsx';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';

interface SaveProps {
  text: string;
  /** The workflow that is edited. */
  name: string | undefined;
  /** What the text calls itself, once it is right. */
  nameInText: string | undefined;
  isChecked: boolean;
  problems: readonly WorkflowProblem[];
  isEmpty: boolean;
  onProblem(problem: WorkflowProblem): void;
  onSaved(): void;
}

/** Keeps the text as the next version: with a reason, and for new tasks at once or only proposed. */
export function Save(props: SaveProps) {
  const { text, name, nameInText, isChecked, problems, isEmpty, onProblem, onSaved } = props;
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('operator');
  const [reason, setReason] = useState('');
  const [publish, setPublish] = useState(true);
  const [refusal, setRefusal] = useState<string>();
  /** What was asked last, and its key: the same asked twice is kept once. */
  const asked = useRef({ said: '', key: '' });
  const save = useMutation({
    mutationFn() {
      const wanted = { text, publish, ...(reason.trim() !== '' && { reason: reason.trim() }) };
      const said = JSON.stringify(wanted);
      if (asked.current.said !== said) asked.current = { said, key: newKey() };
      return call('workflows.save', wanted, { idempotencyKey: asked.current.key });
    },
    async onSuccess(saved) {
      onSaved();
      await client.invalidateQueries({ queryKey: ['workflows'] });
      notify(
        saved.isNew
          ? `${saved.name} has version ${saved.version} now`
          : `The same text is version ${saved.version} already`,
        saved.published ? 'New tasks follow it.' : 'It is proposed: publish it when it should be followed.',
      );
      const target = saved.name === 'new' ? saved.workflowId : saved.name;
      await navigate({
        to: '/workflows/$name',
        params: { name: target },
        search: saved.published ? {} : { version: saved.version },
      });
    },
  });
  if (!may)
    return <p className="text-sm text-soft">To keep a workflow one needs a key with the role operator.</p>;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const [first] = problems;
    if (isEmpty) return setRefusal('There is nothing to keep yet.');
    if (first && isChecked) {
      setRefusal(`Line ${first.line}, column ${first.column}: ${first.message}`);
      return onProblem(first);
    }
    setRefusal(undefined);
    save.mutate();
  };
  const goesElsewhere = name !== undefined && nameInText !== undefined && nameInText !== name;
  return (
    <form onSubmit={submit} noValidate aria-label="Keep it" className="space-y-3">
      <TextField
        label="Why this version (may be left out)"
        name="reason"
        value={reason}
        onChange={setReason}
        placeholder="Asks before it pays"
      />
      <label className="flex items-start gap-2.5 text-sm">
        <input
          type="checkbox"
          checked={publish}
          onChange={(event) => setPublish(event.target.checked)}
          className="mt-0.5 size-4 accent-accent"
        />
        <span>
          Publish it
          <span className="block text-soft">
            New tasks follow it at once; tasks in flight keep their version.
          </span>
        </span>
      </label>
      {goesElsewhere && (
        <p className="rounded-xl border border-paused/40 bg-paused/10 px-4 py-2.5 text-sm">
          The text is called {nameInText}: it is kept as that workflow, and {name} stays as it is.
        </p>
      )}
      {refusal !== undefined && problems.length + Number(isEmpty) > 0 && (
        <p role="alert" className="text-sm text-failed">
          It cannot be kept like this. {refusal}
        </p>
      )}
      {save.isError && <ProblemBox error={save.error} />}
      <Button look="main" type="submit" disabled={save.isPending}>
        {save.isPending ? 'Keeping it …' : publish ? 'Save and publish' : 'Save as proposed'}
      </Button>
    </form>
  );
}
