import type { LanguageModelV4FunctionTool, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { sha256 } from '../platform/kernel/random.ts';

/** Counts tokens as one tokenizer does. What other models count differs; what a provider says wins. */
export interface Tokenizer {
  count(text: string): number;
}

/** The tokenizer takes the square of the length of a run without a border: 100,000 times `a` took it 38 s. */
const SLICE = 256;
/** Text beyond is not read: about two bytes a token, more than languages take. */
const READ_CHARACTERS = 400_000;
const CHARACTERS_PER_TOKEN_AT_MOST = 2;
/** Long texts come again with every turn of a loop; what they counted is kept for so many of them. */
const KEPT = 2_000;
const WORTH_KEEPING = 2_000;
/** Frame of a message, of a tool, and of a picture or document whose size is not in its text. */
const PER_MESSAGE = 4;
const PER_TOOL = 12;
const PER_FILE = 2_000;

let loading: Promise<Tokenizer> | undefined;

/** o200k, loaded at the first call of a model: it takes 70 MB and half a second. */
export function loadTokenizer(): Promise<Tokenizer> {
  loading ??= import('gpt-tokenizer/encoding/o200k_base').then(({ countTokens }) =>
    // Names of special tokens in a text are a text.
    keeping((text) => countTokens(text, { disallowedSpecial: new Set<string>() })),
  );
  return loading;
}

function keeping(countSlice: (text: string) => number): Tokenizer {
  const kept = new Map<string, number>();
  const countAll = (text: string) => {
    let sum = 0;
    const read = Math.min(text.length, READ_CHARACTERS);
    for (let at = 0; at < read; at += SLICE) sum += countSlice(text.slice(at, Math.min(at + SLICE, read)));
    return sum + Math.ceil((text.length - read) / CHARACTERS_PER_TOKEN_AT_MOST);
  };
  return {
    count(text) {
      if (text.length < WORTH_KEEPING) return countAll(text);
      const key = sha256(text);
      const known = kept.get(key);
      if (known !== undefined) return known;
      const counted = countAll(text);
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? '');
      kept.set(key, counted);
      return counted;
    },
  };
}

/** Tokens of all that a model is given: messages, tools and the schema of the answer. */
export function countPrompt(
  tokenizer: Tokenizer,
  asked: { prompt: LanguageModelV4Prompt; tools?: LanguageModelV4FunctionTool[]; schema?: unknown },
): number {
  let sum = asked.schema ? tokenizer.count(JSON.stringify(asked.schema)) : 0;
  for (const tool of asked.tools ?? [])
    sum +=
      PER_TOOL +
      tokenizer.count(`${tool.name} ${tool.description ?? ''} ${JSON.stringify(tool.inputSchema)}`);
  for (const message of asked.prompt) {
    sum += PER_MESSAGE;
    if (typeof message.content === 'string') sum += tokenizer.count(message.content);
    else for (const part of message.content) sum += countPart(tokenizer, part);
  }
  return sum;
}

type Part = Exclude<LanguageModelV4Prompt[number]['content'], string>[number];

function countPart(tokenizer: Tokenizer, part: Part): number {
  if (part.type === 'text' || part.type === 'reasoning') return tokenizer.count(part.text);
  if (part.type === 'tool-call')
    return PER_MESSAGE + tokenizer.count(`${part.toolName} ${JSON.stringify(part.input)}`);
  if (part.type === 'tool-result') {
    const { output } = part;
    const text = 'value' in output ? output.value : output.type;
    return PER_MESSAGE + tokenizer.count(typeof text === 'string' ? text : JSON.stringify(text));
  }
  return PER_FILE;
}
