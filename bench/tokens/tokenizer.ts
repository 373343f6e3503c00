/**
 * The real tokenizers of OpenAI's models. Other providers keep theirs to themselves, so for their models a count is an
 * estimate; what a call took is what the provider says. The product's own (src/models/tokens.ts) cuts long texts into
 * slices for safety; these count exactly.
 */
export const ENCODINGS = ['o200k_base', 'cl100k_base'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface Tokenizer {
  encoding: Encoding;
  count(text: string): number;
  encode(text: string): number[];
}

/** Counted texts that are remembered, in characters: a prompt grows by its end, so most of it was counted before. */
const REMEMBERED_CHARACTERS = 4_000_000;

/** Text that looks like a mark of the tokenizer ("<|endoftext|>") is text like any other. */
const ONLY_TEXT = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };

const opened = new Map<Encoding, Promise<Tokenizer>>();

/** The tokenizer of an encoding; loaded once in a process. */
export function openTokenizer(encoding: Encoding = 'o200k_base'): Promise<Tokenizer> {
  let tokenizer = opened.get(encoding);
  if (!tokenizer) {
    tokenizer = load(encoding);
    opened.set(encoding, tokenizer);
  }
  return tokenizer;
}

async function load(encoding: Encoding): Promise<Tokenizer> {
  const { encode } =
    encoding === 'o200k_base'
      ? await import('gpt-tokenizer/encoding/o200k_base')
      : await import('gpt-tokenizer/encoding/cl100k_base');
  let counts = new Map<string, number>();
  let remembered = 0;
  return {
    encoding,
    encode: (text) => encode(text, ONLY_TEXT),
    count(text) {
      const known = counts.get(text);
      if (known !== undefined) return known;
      const count = encode(text, ONLY_TEXT).length;
      if (remembered + text.length > REMEMBERED_CHARACTERS) {
        counts = new Map();
        remembered = 0;
      }
      remembered += text.length;
      counts.set(text, count);
      return count;
    },
  };
}
