import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { Technique } from './technique.ts';

/**
 * Providers keep the beginning of a prompt and charge a tenth to a half for it when the next prompt begins the same
 * way. So what changes from call to call (the time, what is left of the budget, new notes) stands last, and nothing
 * before it moves. Anthropic has to be told what to keep; the others find it by themselves.
 *
 * Who builds the prompt marks what changes: `providerOptions: volatileMark`.
 */
export const volatileMark = { cadre: { volatile: true } } as const;

/** Anthropic's mark: everything up to here is kept (Anthropic, "Prompt caching": at most four in a request). */
const KEEP = { anthropic: { cacheControl: { type: 'ephemeral' } } } as const;

export const isVolatile = (message: LanguageModelV4Message): boolean =>
  message.providerOptions?.cadre?.volatile === true;

export const cacheLayout: Technique = {
  name: 'cache-layout',
  what: 'What stays the same stands first and what changes last, so that the provider need not read it again.',
  kind: 'layout',
  apply: (prompt) => ({ prompt: withMarks(stableFirst(prompt)), omitted: [] }),
};

/** Volatile messages behind the others. As words of the user: several providers take system messages only at first. */
function stableFirst(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  const last = prompt.filter(isVolatile).map((message): LanguageModelV4Message => {
    const { providerOptions: _, ...bare } = message;
    return bare.role === 'system' ? { role: 'user', content: [{ type: 'text', text: bare.content }] } : bare;
  });
  return [...prompt.filter((message) => !isVolatile(message)), ...last];
}

/** Marks the end of the instructions and the end of what will stand there next time as well. */
function withMarks(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  const instructions = prompt.findLastIndex(({ role }) => role === 'system');
  const history = prompt.findLastIndex(({ role }) => role === 'tool' || role === 'assistant');
  return prompt.map((message, index) =>
    index === instructions || index === history
      ? { ...message, providerOptions: { ...message.providerOptions, ...KEEP } }
      : message,
  );
}
