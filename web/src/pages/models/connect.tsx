import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import type { LookedAt } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { Button } from '../../parts/button.tsx';
import { CheckField } from '../../parts/check-field.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { focusProblem } from '../../parts/focus-problem.ts';
import { SelectField, TextField } from '../../parts/message/form-field.tsx';
import { KIND_WORDS, KINDS } from '../../parts/model/model-words.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { SecretField } from '../../parts/secret-field.tsx';
import {
  type ConnectForm,
  type ConnectProblems,
  EMPTY_CONNECT,
  lookInWords,
  readConnectForm,
} from './connect-form.ts';

const OWN = 'openai-compatible';

interface ConnectProps {
  onClose(): void;
  /** What was offered and chosen. */
  start?: Partial<ConnectForm>;
}

/** Connects a provider: it is asked for its models first, and says what came of that. */
export function Connect({ onClose, start }: ConnectProps) {
  const client = useQueryClient();
  const [form, setForm] = useState<ConnectForm>({ ...EMPTY_CONNECT, ...start });
  const [problems, setProblems] = useState<ConnectProblems>({});
  const [key, setKey] = useState(newKey);
  const connect = useMutation({
    mutationFn: (provider: Parameters<typeof call<'providers.create'>>[1]) =>
      call('providers.create', provider, { idempotencyKey: key }),
    gcTime: 0, // what was sent holds the key: it is forgotten with the window
    async onSuccess() {
      setForm({ ...form, apiKey: '' });
      await Promise.all([
        client.invalidateQueries({ queryKey: ['providers'] }),
        client.invalidateQueries({ queryKey: ['models'] }),
      ]);
    },
  });
  const change = (next: Partial<ConnectForm>) => {
    setForm({ ...form, ...next });
    setProblems({});
    setKey(newKey());
    if (connect.isError) connect.reset();
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const read = readConnectForm(form);
    if ('provider' in read) return connect.mutate(read.provider);
    setProblems(read.problems);
    focusProblem(event.currentTarget, read.problems);
  };
  const isOwn = form.kind === OWN;
  return (
    <Dialog open onClose={onClose} title="Connect a provider">
      {connect.isSuccess ? (
        <Connected looked={connect.data} isChecked={form.check} onClose={onClose} />
      ) : (
        <form onSubmit={submit} noValidate className="space-y-4">
          <SelectField
            label="Provider"
            name="kind"
            value={form.kind}
            onChange={(value) =>
              change({ kind: KINDS.find((each) => each === value) ?? form.kind, fromEnvironment: false })
            }
            options={KINDS.map((kind) => [
              kind,
              kind === OWN ? 'A server of your own (Ollama, vLLM, llama.cpp …)' : KIND_WORDS[kind],
            ])}
          />
          <TextField
            label={isOwn ? 'Address' : 'Address (may be left out)'}
            name="baseUrl"
            value={form.baseUrl}
            onChange={(baseUrl) => change({ baseUrl })}
            problem={problems.baseUrl}
            placeholder={isOwn ? 'http://127.0.0.1:11434/v1' : ''}
            hint={isOwn ? 'Where it speaks OpenAI’s protocol.' : 'Left out: where this provider lives.'}
            mono
          />
          {form.fromEnvironment ? (
            <p className="rounded-xl bg-sunken px-4 py-3 text-sm">
              The key that stands in the environment of the server is used. It is kept sealed here from then
              on.
            </p>
          ) : (
            <SecretField
              label={isOwn ? 'Key (may be left out)' : 'Key'}
              name="apiKey"
              value={form.apiKey}
              onChange={(apiKey) => change({ apiKey })}
              problem={problems.apiKey}
              hint="Kept sealed. Nobody is ever shown it again, you neither."
            />
          )}
          <TextField
            label="Name (may be left out)"
            name="name"
            value={form.name}
            onChange={(name) => change({ name })}
            problem={problems.name}
            hint={`Models are named by it: ${form.name.trim() || form.kind}/model.`}
            mono
          />
          <CheckField
            label="Ask it for its models first"
            name="check"
            checked={form.check}
            onChange={(check) => change({ check })}
            hint="Shows that address and key are right, and costs nothing."
          />
          {connect.isError && <ProblemBox error={connect.error} />}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Leave it</Button>
            <Button look="main" type="submit" disabled={connect.isPending}>
              {connect.isPending ? (form.check ? 'Asking it …' : 'Connecting …') : 'Connect'}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Connected({
  looked,
  isChecked,
  onClose,
}: {
  looked: LookedAt;
  isChecked: boolean;
  onClose(): void;
}) {
  return (
    <div role="status" className="space-y-4">
      <p className="flex items-center gap-2 font-medium text-completed">
        <CircleCheck aria-hidden="true" className="size-5" /> <bdi>{looked.name}</bdi> is connected
      </p>
      <p className="text-sm">
        {isChecked
          ? lookInWords(looked)
          : `Nothing was asked of it. ${looked.added.length} models come from the built-in list.`}
      </p>
      {looked.added.length > 0 && (
        <ul className="max-h-40 space-y-0.5 overflow-y-auto rounded-xl bg-sunken px-4 py-3 font-mono text-sm">
          {looked.added.map((name) => (
            <li key={name} className="break-all">
              <bdi>{name}</bdi>
            </li>
          ))}
        </ul>
      )}
      <div className="flex justify-end">
        <Button look="main" onClick={onClose} autoFocus>
          Done
        </Button>
      </div>
    </div>
  );
}
