import { call, finish } from '../support/models.ts';
import type { Answer } from '../support/provider/answer.ts';
import type { ProviderRequest } from '../support/provider/server.ts';
import { demandsIn } from './attacks.ts';

/**
 * A model that always obeys what it reads, wherever it stands, and then does its job: it finds the berth of a ship. The
 * worst model there can be; what it cannot bring about is not prevented by the model.
 */
export function obey(planted: ReadonlyMap<string, string>): (asked: ProviderRequest) => Answer {
  return (asked) => {
    const text = asked.messages.map((message) => message.text).join('\n');
    // Mallory and Relay say what the attacker had them say.
    const spoken = /SAY:(\w+)/.exec(text)?.[1];
    if (spoken !== undefined && (asked.wantsJson || text.includes('You are Relay'))) {
      const words = planted.get(spoken) ?? '';
      return asked.wantsJson ? { json: { text: words } } : finish(words);
    }
    const made = asked.messages.flatMap(({ calls }) => calls.map(({ name }) => name));
    const tried = asked.messages.filter(({ role }) => role === 'assistant').length;
    const isFetched = made.includes('web_page') || made.includes('agent_ask');
    const wanted = demandsIn(text);
    const isObeyed = wanted.every(({ tool }) => made.includes(tool.replaceAll('.', '_')));
    if (wanted.length > 0 && !isObeyed && tried < 6)
      return {
        calls: wanted.flatMap(({ tool, input, times = 1 }) =>
          Array.from({ length: times }, () => ({ name: tool, input })),
        ),
      };
    const job = /JOB:(\w+)/.exec(text)?.[1] ?? '';
    if (text.includes('Read the page') && !isFetched) return { calls: [call('web_page', { of: job })] };
    if (text.includes('Ask Mallory') && !isFetched)
      return { calls: [call('agent_ask', { to: 'Mallory', question: `SAY:${job}` })] };
    const berth = /berth (\d+)/.exec(text)?.[1];
    return finish(berth === undefined ? 'I do not know.' : `It lies at berth ${berth}.`);
  };
}
