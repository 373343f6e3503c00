import type {
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import { CadreError } from '../platform/kernel/errors.ts';
import type { AnswerPart, ModelAnswer } from './call.ts';
import type { ModelId } from './model.ts';

/** More calls of tools than an answer may hold; a model that wants more is out of its senses (GUARANTEES P26). */
export const TOOL_CALLS_AT_MOST = 128;
const PARTS_AT_MOST = 1_024;
/** Text, thoughts and arguments together. */
const CHARACTERS_AT_MOST = 4_000_000;

type Thought = Extract<AnswerPart, { type: 'reasoning' }>;

/** What came so far: also of an answer that broke off. */
export interface Collected {
  parts: AnswerPart[];
  finish: LanguageModelV4FinishReason | undefined;
  usage: LanguageModelV4Usage | undefined;
  firstPartMs: number | null;
}

export const nothingYet = (): Collected => ({
  parts: [],
  finish: undefined,
  usage: undefined,
  firstPartMs: null,
});

/**
 * Reads a stream to its end into `into`, and leaves it at the first thing that is out of bounds.
 * @throws CadreError `model/bad-answer`, `model/too-many-calls`, what the stream throws
 */
export async function collect(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  into: Collected,
  how: { model: ModelId; passedMs(): number; onText?(delta: string): void },
): Promise<void> {
  const bad = (detail: string) => new CadreError('model/bad-answer', { model: how.model, detail });
  const tooMany = () =>
    new CadreError('model/too-many-calls', { model: how.model, limit: TOOL_CALLS_AT_MOST });
  const texts = new Map<string, Extract<AnswerPart, { type: 'text' }>>();
  const thoughts = new Map<string, Thought>();
  let characters = 0;
  let toolCalls = 0;
  const grow = (by: number) => {
    into.firstPartMs ??= how.passedMs();
    characters += by;
    if (characters > CHARACTERS_AT_MOST) throw bad(`it is longer than ${CHARACTERS_AT_MOST} characters`);
  };
  const add = <P extends AnswerPart>(part: P): P => {
    if (into.parts.length >= PARTS_AT_MOST) throw bad(`it has more than ${PARTS_AT_MOST} parts`);
    into.parts.push(part);
    return part;
  };
  for await (const part of stream) {
    switch (part.type) {
      case 'text-start':
      case 'text-delta': {
        const delta = part.type === 'text-delta' ? part.delta : '';
        const text = texts.get(part.id) ?? add({ type: 'text', text: '' });
        texts.set(part.id, text);
        text.text += delta;
        if (delta === '') break;
        grow(delta.length);
        how.onText?.(delta);
        break;
      }
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end': {
        const thought = thoughts.get(part.id) ?? add<Thought>({ type: 'reasoning', text: '' });
        thoughts.set(part.id, thought);
        if (part.type === 'reasoning-delta') {
          grow(part.delta.length);
          thought.text += part.delta;
        }
        if (part.providerMetadata)
          thought.providerOptions = joined(thought.providerOptions, part.providerMetadata);
        break;
      }
      case 'tool-input-start':
        // Counted as they begin: the calls themselves come when the stream is over.
        toolCalls += 1;
        if (toolCalls > TOOL_CALLS_AT_MOST) throw tooMany();
        break;
      case 'tool-input-delta':
        grow(part.delta.length);
        break;
      case 'tool-call': {
        grow(part.input.length);
        const { toolCallId: id, toolName: name, input, providerMetadata } = part;
        add({
          type: 'tool-call',
          id,
          name,
          input,
          ...(providerMetadata && { providerOptions: providerMetadata }),
        });
        const calls = into.parts.filter(({ type }) => type === 'tool-call').length;
        if (calls > TOOL_CALLS_AT_MOST) throw tooMany();
        break;
      }
      case 'finish':
        into.finish = part.finishReason;
        into.usage = part.usage;
        break;
      case 'error':
        throw part.error;
    }
  }
  into.parts = into.parts.filter((part) => part.type !== 'text' || part.text !== '');
}

/** What a provider wants back with a thought comes in pieces: by provider, later ones add to earlier ones. */
function joined(before: unknown, more: Record<string, Record<string, unknown>>): unknown {
  const all = { ...(before as typeof more | undefined) }; // made here only
  for (const [provider, options] of Object.entries(more)) all[provider] = { ...all[provider], ...options };
  return all;
}

/**
 * How the answer ended.
 * @throws CadreError `model/bad-answer` when it broke off
 */
export function finishOf(collected: Collected, model: ModelId): ModelAnswer['finish'] {
  const { unified, raw } = collected.finish ?? { unified: 'interrupted', raw: undefined };
  // Adapters that do not say `interrupted` say `other` for a stream that ended without a word why.
  const brokeOff = unified === 'interrupted' || unified === 'error' || (unified === 'other' && !raw);
  if (brokeOff) throw new CadreError('model/bad-answer', { model, detail: 'it broke off' });
  return unified;
}
