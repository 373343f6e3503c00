import type { Operations } from '../../api/types.ts';
import { KINDS } from '../../parts/model/model-words.ts';
import type { ConnectForm } from './connect-form.ts';

/** The form as an offer fills it in: with the address, or with the key that stays on the server; never with a key. */
export function offered({
  provider,
  kind,
  where,
}: Operations['models.offers']['output']['items'][number]): Partial<ConnectForm> {
  const known = KINDS.find((each) => each === kind) ?? 'openai-compatible';
  if (provider === 'Ollama') return { kind: known, name: 'ollama', baseUrl: `http://${where}/v1` };
  // A key of a server of one's own can only be sent where somebody says: it is typed in.
  return known === 'openai-compatible' ? { kind: known } : { kind: known, fromEnvironment: true };
}
