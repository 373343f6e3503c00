/** What a scripted model says, whatever protocol it is asked in. */
export interface Said {
  text?: string;
  /** Said as text, as JSON. */
  json?: unknown;
  reasoning?: string;
  calls?: SaidCall[];
  /** Follows from `calls` when absent. */
  finish?: Finish;
  /** Counted from the texts, four characters a token, where not said. Null: usage is missing from the answer. */
  usage?: Partial<SaidUsage> | null;
  /** How the connection misbehaves while this is said. */
  fault?: Fault;
}

export type Finish = 'stop' | 'length' | 'tool-calls' | 'content-filter';

export interface SaidCall {
  name: string;
  /** A text is sent as it is, so that it need not be JSON. */
  input: unknown;
  id?: string;
}

export interface SaidUsage {
  /** What was cached included. */
  inputTokens: number;
  cachedTokens: number;
  /** Reasoning included. */
  outputTokens: number;
  reasoningTokens: number;
}

/** An answer other than 200. */
export interface Refused {
  status: number;
  message?: string;
  /** As it stands in the header: seconds, or a date of HTTP. */
  retryAfter?: string;
}

export type Answer = Said | Refused;

/**
 * | fault | what the caller sees |
 * |---|---|
 * | hang | not even a status |
 * | hang-mid-stream | the first half of the answer, then silence |
 * | drip | one byte in a second (`dripMs`), without end |
 * | endless | parts of text without end, each valid |
 * | endless-line | one line without end |
 * | invalid-json | half of a JSON value where a whole one belongs |
 * | invalid-utf8 | bytes that are no UTF-8 |
 * | wrong-length | a content-length that the body does not reach |
 * | gzip-bomb | a megabyte that unpacks to a gigabyte |
 * | reset | the connection is reset before the status |
 * | reset-mid-stream | the connection is reset after the first half |
 * | cut | the stream ends after the first half, in good order |
 * | no-done | everything but the last frame, such as `[DONE]` |
 * | not-http | bytes that are no HTTP |
 * | redirect | 302 to another place of this server |
 */
export const FAULTS = [
  'hang',
  'hang-mid-stream',
  'drip',
  'endless',
  'endless-line',
  'invalid-json',
  'invalid-utf8',
  'wrong-length',
  'gzip-bomb',
  'reset',
  'reset-mid-stream',
  'cut',
  'no-done',
  'not-http',
  'redirect',
] as const;
export type Fault = (typeof FAULTS)[number];

/** The answer in full: every field has its value. */
export interface Whole {
  text: string;
  reasoning: string;
  calls: Array<{ name: string; arguments: string; id: string }>;
  finish: Finish;
  usage: SaidUsage | null;
}

/** Fills in what a script left out. `promptText` is what was asked, for counting. */
export function whole(said: Said, number: number, promptText: string): Whole {
  const text = said.json === undefined ? (said.text ?? '') : JSON.stringify(said.json);
  const reasoning = said.reasoning ?? '';
  const calls = (said.calls ?? []).map((call, index) => ({
    name: call.name,
    arguments: typeof call.input === 'string' ? call.input : JSON.stringify(call.input ?? {}),
    id: call.id ?? `call_${number}_${index + 1}`,
  }));
  const usage =
    said.usage === null ? null : { ...counted(promptText, text, reasoning, calls), ...said.usage };
  return { text, reasoning, calls, finish: said.finish ?? (calls.length > 0 ? 'tool-calls' : 'stop'), usage };
}

function counted(prompt: string, text: string, reasoning: string, calls: Whole['calls']): SaidUsage {
  const tokens = (words: string) => Math.ceil(words.length / 4);
  const called = calls.reduce((sum, call) => sum + tokens(call.name) + tokens(call.arguments), 0);
  const reasoningTokens = tokens(reasoning);
  return {
    inputTokens: tokens(prompt),
    cachedTokens: 0,
    outputTokens: tokens(text) + reasoningTokens + called,
    reasoningTokens,
  };
}

/** Pieces of a text as a provider would stream it. */
export function pieces(text: string, size = 12): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'gu')) ?? [];
}

/** 10,000 calls of one tool, as GUARANTEES P26 wants them survived. */
export const tenThousandCalls = (name = 'search'): Said => ({
  calls: Array.from({ length: 10_000 }, (_, index) => ({ name, input: { index } })),
});
