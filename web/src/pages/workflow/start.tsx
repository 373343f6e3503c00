import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Paperclip } from 'lucide-react';
import { type SubmitEvent, useRef, useState, useSyncExternalStore } from 'react';
import { call } from '../../api/client.ts';
import type { WorkflowDetail } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { workflowVersionQuery } from '../../api/workflow-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Foreseen } from '../../parts/estimate/foreseen.tsx';
import { focusProblem } from '../../parts/focus-problem.ts';
import { SelectField, TextField } from '../../parts/message/form-field.tsx';
import { type Payload, readJson } from '../../parts/message/payload-form.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { FileChips } from '../../parts/upload/file-chips.tsx';
import { sendFiles } from '../../parts/upload/send-files.ts';
import { createUploads } from '../../parts/upload/uploads.ts';
import { flowOf } from '../../parts/workflow/flow.ts';
import { fieldsOf, type InputField, readInput, type Typed } from '../../parts/workflow/input-form.ts';

interface StartProps {
  workflow: WorkflowDetail;
  /** The version that is shown: the task follows it. */
  version: number;
  onClose(): void;
}

/** Starts a task that follows the workflow, with what the workflow asks for. */
export function Start({ workflow, version, onClose }: StartProps) {
  const query = useQuery(workflowVersionQuery(workflow.id, version));
  return (
    <Dialog open onClose={onClose} place="side" title={`Start ${workflow.name}, version ${version}`}>
      {query.isPending && <Busy what="Looking what it needs" />}
      {query.isError && <ProblemBox error={query.error} onRetry={() => query.refetch()} />}
      {query.data && (
        <Form
          workflow={workflow}
          version={version}
          schema={flowOf(query.data.definition)?.input}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

/** The whole input as JSON stands under this name. */
const WHOLE = 'input';

function Form({ workflow, version, schema, onClose }: StartProps & { schema: unknown }) {
  const navigate = useNavigate();
  const fields = fieldsOf(schema);
  const [typed, setTyped] = useState<Typed>(() =>
    Object.fromEntries((fields ?? []).map(({ name, start }) => [name, start])),
  );
  const [problems, setProblems] = useState<Typed>({});
  const [uploads] = useState(() => createUploads(sendFiles));
  const files = useSyncExternalStore(uploads.subscribe, uploads.get);
  const picker = useRef<HTMLInputElement>(null);
  const isSending = files.some(({ state }) => state === 'queued' || state === 'sending');
  /** What was asked last, and its key: the same asked twice starts one task. */
  const asked = useRef({ said: '', key: '' });
  const start = useMutation({
    mutationFn(input: Payload) {
      const wanted = {
        id: workflow.id,
        version,
        input,
        files: files.flatMap(({ fileId }) => fileId ?? []),
      };
      const said = JSON.stringify(wanted);
      if (asked.current.said !== said) asked.current = { said, key: newKey() };
      return call('workflows.start', wanted, { idempotencyKey: asked.current.key });
    },
    onSuccess: ({ id }) =>
      navigate({ to: '/tasks/$taskId', params: { taskId: id }, search: { tab: 'plan' } }),
  });
  const change = (name: string, value: string) => {
    setTyped({ ...typed, [name]: value });
    setProblems({});
    if (start.isError) start.reset();
  };
  const read = fields ? readInput(fields, typed) : wholeOf(typed[WHOLE] ?? '');
  const wanted = 'input' in read && {
    goal: '',
    workflow: `${workflow.name}@${version}`,
    input: read.input,
    files: files.flatMap(({ fileId }) => fileId ?? []),
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if ('input' in read) return start.mutate(read.input);
    setProblems(read.problems);
    focusProblem(event.currentTarget, read.problems);
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      {fields?.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={typed[field.name] ?? ''}
          problem={problems[field.name]}
          onChange={(value) => change(field.name, value)}
        />
      ))}
      {!fields && (
        <TextField
          label="Input (may be left out)"
          name={WHOLE}
          value={typed[WHOLE] ?? ''}
          onChange={(value) => change(WHOLE, value)}
          problem={problems[WHOLE]}
          hint="As JSON, in braces. The workflow does not say what it needs."
          placeholder='{"who": "Ada"}'
          lines={6}
          mono
        />
      )}
      <div className="space-y-2">
        <FileChips
          files={files}
          onRemove={uploads.remove}
          onAgain={uploads.again}
          disabled={start.isPending}
        />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            uploads.add([...(event.target.files ?? [])]);
            event.target.value = ''; // the same file can be chosen again
          }}
        />
        <Button small onClick={() => picker.current?.click()} disabled={start.isPending}>
          <Paperclip aria-hidden="true" className="size-4" /> Add files
        </Button>
      </div>
      <Foreseen wanted={wanted || undefined} />
      {start.isError && <ProblemBox error={start.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Leave it</Button>
        <Button look="main" type="submit" disabled={start.isPending || isSending}>
          {isSending ? 'Files are being sent …' : start.isPending ? 'Starting it …' : 'Start it'}
        </Button>
      </div>
    </form>
  );
}

function wholeOf(text: string): { input: Payload } | { problems: Record<string, string> } {
  const read = readJson(text);
  return 'payload' in read ? { input: read.payload } : { problems: { [WHOLE]: read.problem } };
}

interface FieldProps {
  field: InputField;
  value: string;
  problem: string | undefined;
  onChange(value: string): void;
}

function Field({ field, ...rest }: FieldProps) {
  const { name, label, kind, hint, choices } = field;
  const common = { label, name, hint, ...rest };
  if (kind === 'choice')
    return <SelectField {...common} options={[['', '…'], ...choices.map((each) => [each, each] as const)]} />;
  if (kind === 'yes')
    return (
      <SelectField
        {...common}
        options={[
          ['', '…'],
          ['true', 'yes'],
          ['false', 'no'],
        ]}
      />
    );
  const lines = kind === 'words' || kind === 'data' ? 4 : 1;
  const isNumber = kind === 'number' || kind === 'whole';
  return <TextField {...common} lines={lines} mono={kind === 'data'} type={isNumber ? 'number' : 'text'} />;
}
