import type { LookedAt, ProviderKind } from '../../api/models.ts';
import type { Operations } from '../../api/types.ts';

/** What is typed and chosen to connect a provider. The key is in it only until it is sent. */
export interface ConnectForm {
  kind: ProviderKind;
  name: string;
  baseUrl: string;
  apiKey: string;
  /** Take the key that stands in the environment of the server. */
  fromEnvironment: boolean;
  check: boolean;
}

export const EMPTY_CONNECT: ConnectForm = {
  kind: 'openai',
  name: '',
  baseUrl: '',
  apiKey: '',
  fromEnvironment: false,
  check: true,
};

export type ConnectProblems = Partial<Record<keyof ConnectForm, string>>;

/** The provider that a form describes, or what is wrong with each field: the rules of the server, said before it refuses. */
export function readConnectForm(
  form: ConnectForm,
): { provider: Operations['providers.create']['input'] } | { problems: ConnectProblems } {
  const [name, baseUrl, apiKey] = [form.name.trim(), form.baseUrl.trim(), form.apiKey.trim()];
  const isOwn = form.kind === 'openai-compatible';
  const problems: ConnectProblems = {
    ...(name !== '' &&
      !/^[a-z0-9][a-z0-9-]{0,39}$/.test(name) && { name: 'Small letters, digits and hyphens, at most 40.' }),
    ...addressProblem(baseUrl, isOwn),
    ...keyProblem(apiKey, isOwn || form.fromEnvironment),
  };
  if (Object.keys(problems).length > 0) return { problems };
  return {
    provider: {
      kind: form.kind,
      ...(name !== '' && { name }),
      ...(baseUrl !== '' && { baseUrl }),
      ...(form.fromEnvironment ? { fromEnvironment: true } : apiKey !== '' && { apiKey }),
      check: form.check,
    },
  };
}

export function addressProblem(baseUrl: string, isNeeded: boolean): { baseUrl?: string } {
  if (baseUrl === '') return isNeeded ? { baseUrl: 'Where does the server listen?' } : {};
  if (!/^https?:\/\//i.test(baseUrl) || !URL.canParse(baseUrl))
    return { baseUrl: 'An address that begins with http:// or https://.' };
  return {};
}

export function keyProblem(apiKey: string, mayBeMissing: boolean): { apiKey?: string } {
  if (apiKey === '') return mayBeMissing ? {} : { apiKey: 'This kind wants a key.' };
  if (!/^[\x21-\x7e]+$/.test(apiKey)) return { apiKey: 'A key has no spaces and no special letters.' };
  return apiKey.length > 2_000 ? { apiKey: 'At most 2,000 characters.' } : {};
}

const models = (count: number): string => (count === 1 ? '1 model' : `${count} models`);

/** What a look at a provider showed, in a sentence. */
export function lookInWords({
  added,
  listed,
  leftOut,
}: Pick<LookedAt, 'added' | 'listed' | 'leftOut'>): string {
  if (listed === 0) return 'It answered, and named no model that can talk.';
  const taken =
    added.length === 0
      ? 'none is new'
      : `${models(added.length)} ${added.length === 1 ? 'is' : 'are'} new here`;
  const left =
    leftOut === 0
      ? ''
      : `; ${models(leftOut)} that Cadre knows nothing of ${leftOut === 1 ? 'was' : 'were'} left out`;
  return `It answered and named ${models(listed)}: ${taken}${left}.`;
}
