import { z } from 'zod';
import { CadreError } from '../../platform/kernel/errors.ts';
import { type Exchange, textOf } from '../loop/transcript.ts';
import { type Tool, tool } from './tool.ts';

const WINDOW = 8_000;

/** Gives back what was made shorter: a whole turn, or the whole result of one call, window by window. */
export function historyTool(past: () => readonly Exchange[]): Tool {
  return tool({
    name: 'history.read',
    description:
      'Reads the original of one of your own turns, or of the result of one of its tool calls, when it was cut or is told in short.',
    effect: 'read',
    input: z.strictObject({
      turn: z.number().int().min(1).describe('Number of the turn'),
      call: z
        .number()
        .int()
        .min(0)
        .optional()
        .describe('Which tool call of the turn, from 0; all when absent'),
      start: z.number().int().min(0).default(0).describe('Position in its text from which to read'),
    }),
    async run({ turn, call, start }) {
      const exchange = past().find(({ number }) => number === turn);
      if (!exchange)
        throw new CadreError('request/invalid', {
          detail: `there is no turn ${turn}; you are in turn ${past().length}`,
        });
      const result = call === undefined ? undefined : exchange.results[call];
      if (call !== undefined && !result)
        throw new CadreError('request/invalid', {
          detail: `turn ${turn} has ${exchange.results.length} calls`,
        });
      const text = result ? result.text : textOf(exchange);
      const end = Math.min(text.length, start + WINDOW);
      return { turn, start, end, characters: text.length, text: text.slice(start, end) };
    },
  });
}
