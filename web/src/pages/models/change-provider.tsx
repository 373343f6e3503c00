import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Provider } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { focusProblem } from '../../parts/focus-problem.ts';
import { TextField } from '../../parts/message/form-field.tsx';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { SecretField } from '../../parts/secret-field.tsx';
import { addressProblem, keyProblem } from './connect-form.ts';

/** Another key, address or place in the order of a provider; a key or address is tried first. */
export function ChangeProvider({ provider, onClose }: { provider: Provider; onClose(): void }) {
  const client = useQueryClient();
  const [baseUrl, setBaseUrl] = useState(provider.baseUrl ?? '');
  const [apiKey, setApiKey] = useState('');
  const [position, setPosition] = useState(String(provider.position));
  const [problems, setProblems] = useState<{ baseUrl?: string; apiKey?: string; position?: string }>({});
  const change = useMutation({
    mutationFn: (next: Parameters<typeof call<'providers.change'>>[1]) =>
      call('providers.change', next, { idempotencyKey: newKey() }),
    gcTime: 0, // what was sent may hold a key
    async onSuccess({ name }) {
      notify(`${name} was changed.`);
      await client.invalidateQueries({ queryKey: ['providers'] });
      onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const place = Number(position);
    const found = {
      ...addressProblem(baseUrl.trim(), provider.baseUrl !== null),
      ...keyProblem(apiKey.trim(), true),
      ...(!(Number.isInteger(place) && place >= 0 && place <= 10_000) && {
        position: 'A whole number from 0 to 10,000.',
      }),
    };
    setProblems(found);
    if (Object.keys(found).length > 0) return focusProblem(event.currentTarget, found);
    change.mutate({
      id: provider.id,
      ...(baseUrl.trim() !== (provider.baseUrl ?? '') && { baseUrl: baseUrl.trim() }),
      ...(apiKey.trim() !== '' && { apiKey: apiKey.trim() }),
      ...(place !== provider.position && { position: place }),
    });
  };
  return (
    <Dialog open onClose={onClose} title={`Change ${provider.name}`}>
      <form onSubmit={submit} noValidate className="space-y-4">
        <TextField
          label="Address"
          name="baseUrl"
          value={baseUrl}
          onChange={setBaseUrl}
          problem={problems.baseUrl}
          hint={
            provider.hasKey
              ? 'A key goes only where it was meant to go: for another address, give it again.'
              : 'Left out: where this provider lives.'
          }
          mono
        />
        <SecretField
          label={provider.hasKey ? 'Another key (left out: the one that is kept)' : 'Key (may be left out)'}
          name="apiKey"
          value={apiKey}
          onChange={setApiKey}
          problem={problems.apiKey}
          hint="Tried first, then kept sealed."
        />
        <TextField
          label="Place in the order of fallback"
          name="position"
          value={position}
          onChange={setPosition}
          problem={problems.position}
          hint="The lowest is asked first; the next one is asked when it fails."
          type="number"
        />
        {change.isError && <ProblemBox error={change.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button look="main" type="submit" disabled={change.isPending}>
            {change.isPending ? 'Changing …' : 'Change it'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
