import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { newKey } from '../../api/once.ts';
import { notify, notifyProblem } from '../../parts/notices.tsx';
import { lookInWords } from './connect-form.ts';

/** What can be done with a provider at once. */
export type ProviderAct = 'check' | 'discover' | 'all' | 'enable' | 'disable' | 'remove' | 'force';

/** Carries it out, and tells what came of it. */
export function useProviderAct(id: string, onRefused?: (error: unknown) => void) {
  const client = useQueryClient();
  return useMutation({
    async mutationFn(act: ProviderAct): Promise<string> {
      const once = { idempotencyKey: newKey() };
      if (act === 'check') return lookInWords(await call('providers.check', { id }, once));
      if (act === 'discover' || act === 'all')
        return lookInWords(await call('providers.discover', { id, all: act === 'all' }, once));
      if (act === 'remove' || act === 'force') {
        const { name } = await call('providers.remove', { id, force: act === 'force' }, once);
        return `${name} was removed, with its key and its models.`;
      }
      const { name, enabled } = await call('providers.change', { id, enabled: act === 'enable' }, once);
      return enabled ? `${name} is used again.` : `${name} is switched off: no call goes to it.`;
    },
    onSuccess: (sentence) => notify(sentence),
    onError: (error) => (onRefused ?? notifyProblem)(error),
    // Also when it was refused: its health may have changed.
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['providers'] }),
        client.invalidateQueries({ queryKey: ['models'] }),
      ]),
  });
}
