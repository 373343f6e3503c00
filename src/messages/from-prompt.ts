import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import type { Store } from '../platform/store/transaction.ts';
import { render } from '../prompts/prompt.ts';
import { findUsable } from '../prompts/save.ts';
import type { Sending } from './send.ts';
import { brief } from './words.ts';

const SUBJECT_CHARACTERS = 120;

type Payload = Sending['payload'];

/**
 * Renders the prompt that a message names into its place: the text becomes `data.text`, and `data.prompt` says which
 * prompt in which version made it. Unless the payload says what is asked for, the name of the prompt does.
 * @throws CadreError `prompt/wrong-place`, `prompt/not-found`, `prompt/archived`, and what rendering refuses
 */
export async function withPrompt(
  { store }: { store: Store },
  caller: Caller,
  { prompt, ...sending }: Sending,
): Promise<Omit<Sending, 'prompt'>> {
  if (prompt === undefined) return sending;
  const { name, version, variables } = prompt;
  const data = placeIn(sending.type, sending.payload);
  const row = await store.read(caller.tenantId, (tx) => findUsable(tx, 'prompt', name, version));
  const text = render('prompt', row, variables);
  return {
    ...sending,
    // People see in lists what is asked, not that something is.
    subject: sending.subject ?? brief(text, SUBJECT_CHARACTERS),
    payload: {
      requestType: name,
      ...sending.payload,
      data: { ...data, text, prompt: { name, version: row.version } },
    },
  };
}

/** The data of a payload that has room for a prompt. @throws CadreError `prompt/wrong-place` */
function placeIn(type: string, payload: Payload): Payload {
  const wrong = (detail: string) => new CadreError('prompt/wrong-place', { detail });
  if (type !== 'coordination_request') throw wrong(`it is a ${type}`);
  const { data = {} } = payload;
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw wrong('its `data` is no object');
  for (const taken of ['text', 'prompt'])
    if (Object.hasOwn(data, taken)) throw wrong(`it has a \`data.${taken}\``);
  return data;
}
