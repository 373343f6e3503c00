import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { mapTexts, textsOf } from './prompt-text.ts';
import type { Technique } from './technique.ts';

/**
 * An id of ours takes about 25 tokens each time it stands in a prompt, and says nothing but which thing is meant. It is
 * sent as `id_1`, `id_2` in the order of first appearance, which later messages do not change. Whoever sends the prompt
 * has the names and puts the ids back into what the model answers (`withIds`), inputs of tools above all.
 */
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const NAME = /\bid_\d+\b/g;
const ALL = ['system', 'user', 'assistant', 'result'] as const;

/** Short names of ids: `id_1` and what it stands for. */
export type IdNames = ReadonlyMap<string, string>;

/** Names of the ids of a prompt; none when something in it looks like such a name already. */
export function nameIds(prompt: LanguageModelV4Prompt): IdNames {
  const ids = new Set<string>();
  for (const text of prompt.flatMap(textsOf)) {
    if (text.search(NAME) >= 0) return new Map();
    for (const [id] of text.matchAll(UUID)) ids.add(id);
  }
  return new Map([...ids].map((id, at) => [`id_${at + 1}`, id]));
}

/** The text with the ids in place of their names. A name that nobody gave stays: the model made it up. */
export function withIds(text: string, names: IdNames): string {
  return names.size === 0 ? text : text.replace(NAME, (name) => names.get(name) ?? name);
}

export const ids: Technique = {
  name: 'ids',
  what: 'Long ids are sent as short names, and put back into what the model answers.',
  note: 'id_1 and the like are short names of ids; use them as they are.',
  kind: 'exact',
  apply(prompt) {
    const names = nameIds(prompt);
    if (names.size === 0) return { prompt, omitted: [] };
    const short = new Map([...names].map(([name, id]) => [id, name]));
    const change = (text: string) => text.replace(UUID, (id) => short.get(id) ?? id);
    return { prompt: mapTexts(mapInputs(prompt, change), ALL, change), omitted: [], names };
  },
};

/** The prompt with its ids in place of their names, as a reader who has the names sees it. */
export function restoreIds(prompt: LanguageModelV4Prompt, names: IdNames): LanguageModelV4Prompt {
  const change = (text: string) => withIds(text, names);
  return mapTexts(mapInputs(prompt, change), ALL, change);
}

function mapInputs(prompt: LanguageModelV4Prompt, change: (text: string) => string): LanguageModelV4Prompt {
  return prompt.map((message): LanguageModelV4Message => {
    if (message.role !== 'assistant') return message;
    const content = message.content.map((part) => {
      if (part.type !== 'tool-call') return part;
      if (typeof part.input === 'string') return { ...part, input: change(part.input) };
      const before = JSON.stringify(part.input);
      const after = change(before);
      return after === before ? part : { ...part, input: JSON.parse(after) };
    });
    return { ...message, content };
  });
}
