/**
 * How many tokens a text takes, estimated from its characters: about 3.5 of English for one, one each of other
 * scripts. For planning what fits; what is paid is counted by the provider or a real tokenizer (models room).
 */
const CHARACTERS_PER_TOKEN = 3.5;

/** The same text gives the same number, in every process and version of a tokenizer. */
export function estimateTokens(text: string): number {
  let plain = 0;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) < 0x250) plain += 1;
  return Math.ceil(plain / CHARACTERS_PER_TOKEN + (text.length - plain));
}

/** The most characters that surely fit into so many tokens of English. */
export function charactersFor(tokens: number): number {
  return Math.max(0, Math.floor(tokens * CHARACTERS_PER_TOKEN));
}

/** Cuts a text in its middle, and says how much was left out. */
export function clipMiddle(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const half = Math.max(0, Math.floor(characters / 2));
  const left = text.slice(0, half).toWellFormed();
  const right = text.slice(text.length - half).toWellFormed();
  return `${left}\n[… ${text.length - 2 * half} characters left out …]\n${right}`;
}
