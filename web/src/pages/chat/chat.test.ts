import { expect, test } from 'vitest';
import { atIt, hear, linesOf, NOTHING_HEARD } from './heard.ts';
import { type Part, partsIn } from './parts.ts';

/** A stream whose bytes come in pieces of this size. */
const streamOf = (text: string, size: number) => {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
};
const partsOf = async (text: string, size = 1_000) => {
  const parts: Part[] = [];
  for await (const part of partsIn(streamOf(text, size))) parts.push(part);
  return parts;
};
const frames = (parts: readonly Part[]) =>
  parts.map((part) => `data: ${JSON.stringify(part)}\n\n`).join(': keep-alive\n\n');

const ANSWER: Part[] = [
  { type: 'start', messageId: 't1' },
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'Größe: ' },
  { type: 'text-delta', id: '1', delta: '3 “m” 🚢' },
  { type: 'text-end', id: '1' },
  { type: 'data-usage', data: { inputTokens: 1, outputTokens: 2, costUsd: 0.1, energyJ: null } },
  { type: 'finish', finishReason: 'stop' },
];

test.each([1, 2, 3, 7, 1_000])(
  'an answer is read whole, whatever pieces of %i bytes it comes in',
  async (size) => {
    const parts = await partsOf(`${frames(ANSWER)}data: [DONE]\n\n`, size);
    expect(parts).toEqual(ANSWER);
    const heard = parts.reduce(hear, NOTHING_HEARD);
    expect(heard).toMatchObject({ task: 't1', isDone: true, error: null, usage: { costUsd: 0.1 } });
    expect(heard.texts).toEqual([{ id: '1', text: 'Größe: 3 “m” 🚢' }]);
  },
);

test('an answer that is cut off is not done, and what is no part is passed over', async () => {
  const parts = await partsOf(`data: no json\n\n${frames(ANSWER.slice(0, 3))}data: {"type":"text-del`);
  expect(parts).toEqual(ANSWER.slice(0, 3));
  expect(parts.reduce(hear, NOTHING_HEARD).isDone).toBe(false);
});

test('who missed the beginning reads the answer once; what was said on the way stays', () => {
  const delta = (id: string, text: string): Part => ({ type: 'text-delta', id, delta: text });
  const textsOf = (parts: Part[]) =>
    [...parts, { type: 'finish' } as const].reduce(hear, NOTHING_HEARD).texts.map(({ text }) => text);
  const whole = 'The council decided it on 3 March, with eleven votes to four.';
  expect(textsOf([delta('1', 'I will look.'), delta('2', whole.slice(20)), delta('answer', whole)])).toEqual([
    'I will look.',
    whole,
  ]);
  expect(textsOf([delta('1', 'I will look.'), delta('2', whole)])).toEqual(['I will look.', whole]);
});

test('an approval that was decided takes the place of the one that was asked for', () => {
  const approval = (state: 'asked' | 'declined'): Part => ({
    type: 'data-approval',
    id: 'a',
    data: { actId: 'a', act: 'pay', effect: 'spend', detail: null, state },
  });
  const asked = hear(NOTHING_HEARD, approval('asked'));
  expect(atIt(asked, 'Ann')).toBe('Ann waits for a decision');
  const decided = hear(asked, approval('declined'));
  expect(decided.approvals.map(({ state }) => state)).toEqual(['declined']);
  expect(atIt(decided, 'Ann')).toBe('Ann is thinking');
});

test('of what was said before, an answer under way is left to be heard; one that failed is marked', () => {
  const said = (task: string, status: string, answer: string) =>
    (['user', 'assistant'] as const).map((role) => ({
      id: `${task}-${role}`,
      role,
      parts: [{ type: 'text' as const, text: role === 'user' ? `said ${task}` : answer }],
      metadata: { task, status },
    }));
  const { lines, lastSaid } = linesOf([
    ...said('1', 'completed', 'Yes.'),
    ...said('2', 'failed', '(no answer: it failed)'),
    ...said('3', 'running', '(no answer: it is still at it)'),
  ]);
  expect(lines.map(({ text, isGood }) => [text, isGood])).toEqual([
    ['said 1', true],
    ['Yes.', true],
    ['said 2', true],
    ['(no answer: it failed)', false],
    ['said 3', true],
  ]);
  expect(lastSaid).toBe('said 3');
});
