import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';

/** The texts of a prompt: where they stand, how to put others in their place, and what they come to in tokens. */

export type TextKind = 'system' | 'user' | 'assistant' | 'result';

export interface Place {
  kind: TextKind;
  /** Which message, from 0. */
  message: number;
  /** Tool of a result. */
  tool: string;
  /** Which result of its tool, from 1. */
  nth: number;
  /** The tool gave JSON rather than text. */
  isJson: boolean;
}

/** What a chat format adds to each message: role and separators (OpenAI's cookbook, "How to count tokens"). */
const MESSAGE_TOKENS = 3;

/** The prompt with the texts of the wanted kinds replaced. What stays the same stays the same object. */
export function mapTexts(
  prompt: LanguageModelV4Prompt,
  kinds: readonly TextKind[],
  change: (text: string, place: Place) => string,
): LanguageModelV4Prompt {
  const counts = new Map<string, number>();
  return prompt.map((message, index): LanguageModelV4Message => {
    const at = (kind: TextKind): Place => ({ kind, message: index, tool: '', nth: 0, isJson: false });
    if (message.role === 'system') {
      if (!kinds.includes('system')) return message;
      return { ...message, content: change(message.content, at('system')) };
    }
    if (message.role === 'user') {
      if (!kinds.includes('user')) return message;
      const content = message.content.map((part) =>
        part.type === 'text' ? { ...part, text: change(part.text, at('user')) } : part,
      );
      return { ...message, content };
    }
    if (message.role === 'assistant') {
      if (!kinds.includes('assistant')) return message;
      const content = message.content.map((part) =>
        part.type === 'text' ? { ...part, text: change(part.text, at('assistant')) } : part,
      );
      return { ...message, content };
    }
    const content = message.content.map((part) => {
      if (part.type !== 'tool-result') return part;
      const { output, toolName } = part;
      if (output.type !== 'text' && output.type !== 'json') return part;
      const nth = (counts.get(toolName) ?? 0) + 1;
      counts.set(toolName, nth);
      if (!kinds.includes('result')) return part;
      const isJson = output.type === 'json';
      const before = isJson ? JSON.stringify(output.value) : output.value;
      const [open, inner, close] = unframed(before);
      const after = open + change(inner, { ...at('result'), tool: toolName, nth, isJson }) + close;
      return after === before ? part : { ...part, output: { type: 'text' as const, value: after } };
    });
    return { ...message, content };
  });
}

/** What says that a text is data (operator/loop/label.ts) stays around it: only what it holds is changed. */
const FRAME = /^(<(data-[0-9a-f]+) [^\n]*>\n)([\s\S]*)(\n<\/\2>)$/;

function unframed(text: string): [open: string, inner: string, close: string] {
  const frame = FRAME.exec(text);
  return frame ? [frame[1] ?? '', frame[3] ?? '', frame[4] ?? ''] : ['', text, ''];
}

/** All texts of a message as they are sent, names and inputs of tools included. */
export function textsOf(message: LanguageModelV4Message): string[] {
  if (message.role === 'system') return [message.content];
  return message.content.flatMap((part): string[] => {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return [part.text];
      case 'tool-call':
        return [part.toolName, typeof part.input === 'string' ? part.input : JSON.stringify(part.input)];
      case 'tool-result': {
        const { output } = part;
        if (output.type === 'text' || output.type === 'error-text') return [output.value];
        if (output.type === 'json' || output.type === 'error-json') return [JSON.stringify(output.value)];
        if (output.type === 'execution-denied') return [output.reason ?? ''];
        return output.value.flatMap((one) => (one.type === 'text' ? [one.text] : []));
      }
      default:
        return []; // files are billed by other rules
    }
  });
}

/** Tokens of a prompt. Definitions of tools and files are not in it. */
export function promptTokens(prompt: LanguageModelV4Prompt, count: (text: string) => number): number {
  return prompt.reduce(
    (sum, message) => sum + MESSAGE_TOKENS + textsOf(message).reduce((all, text) => all + count(text), 0),
    0,
  );
}

/**
 * Tokens at the beginning of `later` that stand at the beginning of `former` as well: what a provider that keeps
 * prompts does not read again.
 */
export function samePrefixTokens(
  former: LanguageModelV4Prompt,
  later: LanguageModelV4Prompt,
  tokenizer: { count(text: string): number; encode(text: string): number[] },
): number {
  let same = 0;
  for (const [index, message] of later.entries()) {
    const before = former[index];
    if (!before || before.role !== message.role) return same;
    const texts = textsOf(message);
    const known = textsOf(before);
    same += MESSAGE_TOKENS;
    for (const [at, text] of texts.entries()) {
      if (known[at] === text) {
        same += tokenizer.count(text);
        continue;
      }
      return same + commonLength(tokenizer.encode(known[at] ?? ''), tokenizer.encode(text));
    }
    if (known.length !== texts.length) return same;
  }
  return same;
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}
