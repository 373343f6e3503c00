import type {
  JSONSchema7,
  LanguageModelV4FunctionTool,
  LanguageModelV4Prompt,
  LanguageModelV4ToolChoice,
} from '@ai-sdk/provider';
import type { ModelId } from './model.ts';
import type { Bill, CallUsage } from './usage.ts';

/** One call of a model, as whoever needs it asks for it. */
export interface ModelOrder {
  bill: Bill;
  /** Null: chosen by `taskType`, context and the rules of the tenant (FEATURES MC-2). */
  model: ModelId | null;
  taskType: string;
  /** Never this model nor, where another is there, its provider: who checks work is another one than who did it. */
  otherThan?: ModelId;
  prompt: LanguageModelV4Prompt;
  tools?: LanguageModelV4FunctionTool[];
  toolChoice?: LanguageModelV4ToolChoice;
  /** The answer is JSON of this schema. */
  schema?: { name: string; schema: JSONSchema7 };
  /** Hard: the provider is told, and the reservation counts on it. */
  maxOutputTokens: number;
  temperature?: number;
  /** Told of text as it comes. Never throws. */
  onText?(delta: string): void;
}

/** What a model answered, one part after the other. */
export type AnswerPart =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string; providerOptions?: unknown }
  /** `input` as the model wrote it: JSON that nobody has checked. */
  | { type: 'tool-call'; id: string; name: string; input: string; providerOptions?: unknown };

export interface ModelAnswer {
  /** The one that answered, which may be a fallback. */
  model: ModelId;
  parts: AnswerPart[];
  finish: 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';
  usage: CallUsage;
  /** Open: who stores the answer settles it in the same transaction (`Ledger.settle`). */
  reservationId: string;
  /** Why this model, for people; and what failed before it. */
  because: string;
  failed: Array<{ model: ModelId; code: string }>;
}

/** The one gate to language models: routing, price, joules, tokens, breaker, fallback. */
export interface Models {
  /**
   * @throws CadreError `model/…` when no model answered, `budget/…` when a budget would not hold; what `signal` says
   * when it aborts
   */
  call(order: ModelOrder, signal: AbortSignal): Promise<ModelAnswer>;
}
