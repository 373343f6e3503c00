import type { Whole } from './answer.ts';

/** One request as it arrived, and what was understood of it. */
export interface Asked {
  protocol: string;
  path: string;
  headers: Record<string, string>;
  /** The body as JSON, exactly what the provider's code sent. */
  body: Record<string, unknown>;
  model: string;
  isStream: boolean;
  messages: AskedMessage[];
  /** Names of the tools that were offered. */
  tools: string[];
  /** An answer in JSON is wanted; its schema where one was sent. */
  schema: Record<string, unknown> | null;
  wantsJson: boolean;
  maxOutputTokens: number | null;
  /** All text of the messages, one after the other. */
  text: string;
}

export interface AskedMessage {
  /** `system`, `user`, `assistant` or `tool`. */
  role: string;
  text: string;
  /** Results of tools by the id of the call, where the message brings any. */
  results: Array<{ id: string; text: string }>;
  calls: Array<{ id: string; name: string; input: string }>;
}

/** What of a request a protocol reads by itself. */
export type Understood = Omit<Asked, 'protocol' | 'path' | 'headers' | 'body' | 'text'>;

/** One way of asking a model over HTTP. */
export interface Protocol {
  name: string;
  /** True for the paths it answers. */
  answers(path: string): boolean;
  read(path: string, body: Record<string, unknown>): Understood;
  /** Frames of the stream; the last one says that it is over. */
  frames(answer: Whole, asked: Asked, number: number): string[];
  /** The answer to a request that wants no stream. */
  body(answer: Whole, asked: Asked, number: number): unknown;
  /** A frame with some text, for streams without end. */
  textFrame(text: string, number: number): string;
  /** What stands in the body of an answer other than 200. */
  error(status: number, message: string): unknown;
}

/** A frame of server-sent events. */
export const frame = (data: unknown, event?: string): string =>
  `${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** JSON from outside, looked into without believing it. */
export type Loose = Record<string, unknown>;
export const loose = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {}; // narrowed here
export const list = (value: unknown): Loose[] => (Array.isArray(value) ? value.map(loose) : []);
export const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : list(value)
        .map((part) => (typeof part.text === 'string' ? part.text : ''))
        .join('');
export const asText = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
export const asNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null);
