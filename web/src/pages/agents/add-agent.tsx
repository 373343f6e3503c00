import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useId, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Agent } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { agentsQuery } from '../../api/queries.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { type AgentForm, EMPTY_FORM, type FieldProblems, type NewAgent, readForm } from './agent-form.ts';

/** A short form for an operator behind HTTP. */
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
  const change = (field: keyof AgentForm) => (value: string) => {
    setForm({ ...form, [field]: value });
    setProblems({ ...problems, [field]: undefined });
    setKey(newKey());
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { currentTarget } = event;
    const read = readForm(form);
    if ('agent' in read) return add.mutate(read.agent);
    setProblems(read.problems);
    const [first] = Object.keys(read.problems);
    const field = currentTarget.elements.namedItem(first ?? '');
    if (field instanceof HTMLElement) field.focus();
  };
  return (
    <Dialog open onClose={onClose} title="Add an agent">
      <form onSubmit={submit} noValidate className="space-y-4">
        <p className="text-sm text-soft">
          An operator of your own behind HTTP: Cadre POSTs{' '}
          <code className="text-ink">{'{taskId, goal, capability, input, files, …}'}</code> to its address and
          expects <code className="text-ink">{'{"output": …}'}</code> back. Addresses on this machine or in a
          private network must be on the allow-list: start Cadre with{' '}
          <code className="text-ink">CADRE_ALLOW_HOSTS=127.0.0.1:9000</code>.
        </p>
        <Field
          label="Name"
          name="name"
          value={form.name}
          problem={problems.name}
          onChange={change('name')}
          placeholder="Translator"
        />
        <Field
          label="What it does"
          name="description"
          value={form.description}
          problem={problems.description}
          onChange={change('description')}
          placeholder="Translates texts into Japanese."
        />
        <Field
          label="Capabilities"
          name="capabilities"
          value={form.capabilities}
          problem={problems.capabilities}
          onChange={change('capabilities')}
          placeholder="text.translate"
          hint="Separated by spaces. A goal whose words name one of them finds the agent."
          mono
        />
        <Field
          label="Address"
          name="url"
          value={form.url}
          problem={problems.url}
          onChange={change('url')}
          placeholder="https://agents.example.com/work"
          mono
        />
        <Field
          label="Tasks at the same time"
          name="maxConcurrent"
          value={form.maxConcurrent}
          problem={problems.maxConcurrent}
          onChange={change('maxConcurrent')}
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

interface FieldProps {
  label: string;
  name: keyof AgentForm;
  value: string;
  problem: string | undefined;
  onChange(value: string): void;
  placeholder?: string;
  hint?: string;
  mono?: boolean;
}

function Field({ label, name, value, problem, onChange, placeholder, hint, mono = false }: FieldProps) {
  const id = useId();
  const below = problem ?? hint;
  return (
    <div>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        value={value}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        dir="auto"
        autoComplete="off"
        spellCheck={!mono}
        inputMode={name === 'maxConcurrent' ? 'numeric' : name === 'url' ? 'url' : 'text'}
        aria-invalid={problem !== undefined}
        aria-describedby={below ? `${id}-below` : undefined}
        className={`mt-1 h-10 w-full rounded-lg border bg-paper px-3 text-sm ${mono ? 'font-mono' : ''} ${problem ? 'border-failed' : 'border-line'}`}
      />
      {below && (
        <p id={`${id}-below`} className={`mt-1 text-sm break-words ${problem ? 'text-failed' : 'text-soft'}`}>
          {below}
        </p>
      )}
    </div>
  );
}
