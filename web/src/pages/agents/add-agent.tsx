import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useId, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Agent } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { agentsQuery } from '../../api/queries.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { focusProblem } from '../../parts/focus-problem.ts';
import { TextField } from '../../parts/message/form-field.tsx';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { type AgentForm, EMPTY_FORM, type FieldProblems, type NewAgent, readForm } from './agent-form.ts';
import { ModelFields } from './model-fields.tsx';

/** A short form for an operator: behind HTTP, or with a language model. */
export function AddAgent({ onClose, onAdded }: { onClose(): void; onAdded(agent: Agent): void }) {
  const client = useQueryClient();
  const [form, setForm] = useState(EMPTY_FORM);
  const [problems, setProblems] = useState<FieldProblems>({});
  // One key for one form content: sending it again after a lost answer makes no second agent.
  const [key, setKey] = useState(newKey);
  const add = useMutation({
    mutationFn: (agent: NewAgent) => call('agents.create', agent, { idempotencyKey: key }),
    async onSuccess(agent) {
      await client.invalidateQueries({ queryKey: agentsQuery.queryKey });
      if (agent.status === 'error')
        notify(`${agent.name} was added but did not pass the check`, agent.statusReason ?? '');
      else notify(`${agent.name} joined the team`, 'It passed the bootstrap check and takes work.');
      onAdded(agent);
    },
  });
  const change = (next: Partial<AgentForm>) => {
    setForm({ ...form, ...next });
    const mended = Object.keys(next).map((field) => [field, undefined]);
    setProblems(next.kind ? {} : { ...problems, ...Object.fromEntries(mended) });
    setKey(newKey());
    if (add.isError) add.reset();
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { currentTarget } = event;
    const read = readForm(form);
    if ('agent' in read) return add.mutate(read.agent);
    setProblems(read.problems);
    focusProblem(currentTarget, read.problems);
  };
  return (
    <Dialog open onClose={onClose} title="Add an agent">
      <form onSubmit={submit} noValidate className="space-y-4">
        <Kinds kind={form.kind} onChange={(kind) => change({ kind })} />
        {form.kind === 'http' && (
          <p className="text-sm text-soft">
            An operator of your own behind HTTP: Cadre POSTs{' '}
            <code className="text-ink">{'{taskId, goal, capability, input, files, …}'}</code> to its address
            and expects <code className="text-ink">{'{"output": …}'}</code> back. Addresses on this machine or
            in a private network must be on the allow-list: start Cadre with{' '}
            <code className="text-ink">CADRE_ALLOW_HOSTS=127.0.0.1:9000</code>.
          </p>
        )}
        <TextField
          label="Name"
          name="name"
          value={form.name}
          problem={problems.name}
          onChange={(name) => change({ name })}
          placeholder="Translator"
        />
        <TextField
          label="What it does"
          name="description"
          value={form.description}
          problem={problems.description}
          onChange={(description) => change({ description })}
          placeholder="Translates texts into Japanese."
        />
        <TextField
          label="Capabilities"
          name="capabilities"
          value={form.capabilities}
          problem={problems.capabilities}
          onChange={(capabilities) => change({ capabilities })}
          placeholder="text.translate"
          hint={CAPABILITIES_HINT[form.kind]}
          mono
        />
        {form.kind === 'http' ? (
          <TextField
            label="Address"
            name="url"
            value={form.url}
            problem={problems.url}
            onChange={(url) => change({ url })}
            placeholder="https://agents.example.com/work"
            mono
          />
        ) : (
          <ModelFields form={form} problems={problems} onChange={change} />
        )}
        <TextField
          label="Tasks at the same time"
          name="maxConcurrent"
          value={form.maxConcurrent}
          problem={problems.maxConcurrent}
          onChange={(maxConcurrent) => change({ maxConcurrent })}
          type="number"
        />
        {add.isError && <ProblemBox error={add.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button look="main" type="submit" disabled={add.isPending}>
            {add.isPending ? 'Adding and checking …' : 'Add it'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const CAPABILITIES_HINT: Record<AgentForm['kind'], string> = {
  http: 'Separated by spaces. A goal whose words name one of them finds the agent.',
  model:
    'Separated by spaces. A goal whose words name one of them finds the agent; without any, only who talks with it does.',
};

const KINDS = [
  ['http', 'An endpoint of your own', 'A program behind HTTP does the work.'],
  ['model', 'A language model', 'A connected model works turn by turn, with the tools you allow.'],
] as const;

/** How the agent is to work. */
function Kinds({ kind, onChange }: { kind: AgentForm['kind']; onChange(kind: AgentForm['kind']): void }) {
  const name = useId();
  return (
    <fieldset className="space-y-2">
      <legend className="mb-2 text-sm font-medium">Works by</legend>
      {KINDS.map(([each, label, means]) => (
        <div key={each} className="flex items-baseline gap-2.5 text-sm">
          <input
            id={`${name}-${each}`}
            type="radio"
            name={name}
            checked={kind === each}
            aria-describedby={`${name}-${each}-means`}
            onChange={() => onChange(each)}
            className="size-4 shrink-0 translate-y-0.5 accent-accent"
          />
          <span>
            <label htmlFor={`${name}-${each}`} className="font-medium">
              {label}
            </label>
            <span id={`${name}-${each}-means`} className="ml-2 text-soft">
              {means}
            </span>
          </span>
        </div>
      ))}
    </fieldset>
  );
}
