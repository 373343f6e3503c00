import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTokenizer, type Tokenizer } from '../../../bench/tokens/tokenizer.ts';
import { volatileMark } from './cache-layout.ts';
import { applyDifference, changes, differenceOf } from './changes.ts';
import { learnPhrases } from './dictionary.ts';
import { ids, withIds } from './ids.ts';
import { promptTokens, samePrefixTokens, textsOf } from './prompt-text.ts';
import { learnIdleSentences, sentences } from './sentences.ts';
import { cheaperSymbols, SIGNS, symbols, tokensWon } from './symbols.ts';
import { tables, tabulate, untabulate, withoutSpace } from './tables.ts';
import type { Situation } from './technique.ts';
import { isOn, makeThrifty, restorePrompt } from './thrift.ts';
import { verbosityFor } from './verbosity.ts';

let tokenizer: Tokenizer;
let situation: Situation;
beforeAll(async () => {
  tokenizer = await openTokenizer();
  situation = { purpose: 'work', taskType: 'question', count: tokenizer.count };
});

const talk = (...results: string[]): LanguageModelV4Prompt => [
  { role: 'system', content: 'You work for a team.' },
  { role: 'user', content: [{ type: 'text', text: 'Say how far the task is.' }] },
  ...results.flatMap(
    (value, at): LanguageModelV4Prompt => [
      {
        role: 'assistant',
        content: [{ type: 'tool-call', toolCallId: `c${at}`, toolName: 'tasks_get', input: { id: 't' } }],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: `c${at}`,
            toolName: 'tasks_get',
            output: { type: 'text', value },
          },
        ],
      },
    ],
  ),
];
const lastText = (prompt: LanguageModelV4Prompt) => textsOf(prompt.at(-1)!).join('');
const steps = (states: string[]) =>
  JSON.stringify({
    id: 't',
    steps: states.map((status, at) => ({ step: `step-${at}`, status, agentName: null })),
  });

describe('the tokenizer', () => {
  it('counts as the published encodings do', async () => {
    // Vectors of tiktoken: https://github.com/openai/tiktoken (README and tests/test_encoding.py)
    const cl100k = await openTokenizer('cl100k_base');
    expect(cl100k.encode('hello world')).toEqual([15339, 1917]);
    expect(cl100k.encode('rer')).toEqual([38149]);
    expect(cl100k.encode("'rer")).toEqual([2351, 81]);
    expect(cl100k.encode('today\n ')).toEqual([31213, 198, 220]);
    expect(tokenizer.encode('hello world')).toEqual([24912, 2375]);
  });
  it('takes marks of the tokenizer for text', () => {
    expect(tokenizer.count('<|endoftext|>')).toBeGreaterThan(1);
  });
});

describe('tables', () => {
  it('gives back every value of any JSON', () => {
    const record = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue());
    const uniform = fc
      .tuple(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), fc.nat(6))
      .chain(([names, rows]) =>
        fc
          .array(fc.tuple(...names.map(() => fc.jsonValue())), { minLength: rows, maxLength: rows })
          .map((all) => all.map((values) => Object.fromEntries(names.map((name, at) => [name, values[at]])))),
      );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), record, uniform, fc.record({ items: uniform })), (value) => {
        const text = JSON.stringify(value);
        expect(untabulate(tabulate(text))).toBe(text);
      }),
      { numRuns: 400 },
    );
  });
  it('writes the names once', () => {
    expect(tabulate(steps(['running', 'completed']))).toBe(
      '{"id":"t","steps":"@table 1"}\n@table 1 step|status|agentName\nstep-0|running|-\nstep-1|completed|-',
    );
  });
  it.each([
    '[{"id":12345678901234567890},{"id":12345678901234567891}]',
    '[{"a":1,"a":2},{"a":1,"a":2}]',
    '[{"a":"@table 1"},{"a":"x"}]',
    'no JSON at all',
    '{"a":',
  ])('leaves alone what would not come back: %s', (text) => {
    expect(tabulate(text)).toBe(text);
  });
  it('forgets white space of JSON and nothing else', () => {
    const text = '[ {"a b": "x  y"},\n {"a b": "\\" z"} ]';
    expect(untabulate(tabulate(text))).toBe(withoutSpace(text));
  });
});

describe('changes', () => {
  it('makes of the base what it was taken of', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', '', '+x', '1-2', '@same'), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const [base, later] = [a.join('\n'), b.join('\n')];
        const difference = differenceOf(base, later, 'result 1 of t') ?? '';
        expect(difference.startsWith('@same') ? base : applyDifference(base, difference)).toBe(later);
      }),
      { numRuns: 400 },
    );
  });
  it('sends a second look at a task as what changed in it', () => {
    const before = Array.from({ length: 12 }, () => 'pending');
    const after = before.map((state, at) => (at === 3 ? 'completed' : state));
    const prompt = tables.apply(talk(steps(before), steps(after)), situation).prompt;
    const sent = changes.apply(prompt, situation).prompt;
    expect(lastText(sent)).toBe('@changed since result 1 of tasks_get\n1-5\n+step-3|completed|-\n7-14');
    expect(changes.restore?.(sent)).toEqual(prompt);
  });
  it('refers only to results that stand in full', () => {
    const states = (done: number) =>
      Array.from({ length: 12 }, (_, at) => (at < done ? 'completed' : 'pending'));
    const prompt = tables.apply(
      talk(...[0, 2, 5, 9, 9, 12].map((done) => steps(states(done)))),
      situation,
    ).prompt;
    const sent = changes.apply(prompt, situation).prompt;
    const texts = sent.flatMap((message) => (message.role === 'tool' ? [textsOf(message)[0] ?? ''] : []));
    for (const text of texts) {
      const nth = /^@(?:same as|changed since) result (\d+)/.exec(text)?.[1];
      if (nth) expect(texts[Number(nth) - 1]).not.toMatch(/^@(?:same|changed)/);
    }
    expect(texts[4]).toMatch(/^@(?:same|changed)/);
    expect(changes.restore?.(sent)).toEqual(prompt);
  });
  it('leaves what a tool itself begins with @ alone', () => {
    const odd = `@changed since result 9 of tasks_get\n${'x'.repeat(100)}`;
    const prompt = talk(odd, odd);
    expect(changes.restore?.(changes.apply(prompt, situation).prompt)).toEqual(prompt);
  });
});

describe('a frame that says that a text is data', () => {
  it('stays around what is changed in it', () => {
    const framed = (text: string) =>
      `<data-0123456789ab source="tool tasks_get">\n${text}\n</data-0123456789ab>`;
    const look = steps(Array.from({ length: 12 }, () => 'pending'));
    const prompt = talk(framed(look), framed(look));
    const made = makeThrifty(prompt, { 'cache-layout': false }, situation);
    expect(lastText(made.prompt)).toBe(framed('@same as result 1 of tasks_get'));
    expect(textsOf(made.prompt[0]!)[0]).toContain('"@table 1" stands for');
    expect(restorePrompt(made.prompt, made.names)).toEqual(prompt);
  });
});

describe('ids', () => {
  const [a, b] = ['0198f3c2-7a10-7d1a-9c41-52aa10b1c2d3', '0198f3c2-7a10-7d1a-9c41-52aa10b1c2d4'];
  it('are named in the order in which they come, and later messages do not change that', () => {
    const [former, later] = [talk(`{"id":"${a}"}`), talk(`{"id":"${a}"}`, `{"id":"${b}","of":"${a}"}`)].map(
      (prompt) => ids.apply(prompt, situation),
    );
    expect(later?.prompt.slice(0, 4)).toEqual(former?.prompt);
    expect(lastText(later!.prompt)).toBe('{"id":"id_2","of":"id_1"}');
  });
  it('come back into what the model answers; a name that it made up stays', () => {
    const { names = new Map() } = ids.apply(talk(a, b), situation);
    expect(withIds('{"id":"id_2","other":"id_12","my_id_1":1}', names)).toBe(
      `{"id":"${b}","other":"id_12","my_id_1":1}`,
    );
  });
  it('keep their length where a text has such names of its own', () => {
    expect(ids.apply(talk(`${a} is id_7`), situation).prompt).toEqual(talk(`${a} is id_7`));
  });
  it('come back with everything else', () => {
    const look = (state: string) =>
      JSON.stringify({ id: a, steps: [a, b, a, b].map((id) => ({ id, state, of: b })) });
    const prompt = talk(look('running'), look('running'), look('completed'));
    const made = makeThrifty(prompt, { 'cache-layout': false }, situation);
    expect(made.tokensAfter).toBeLessThan(made.tokensBefore / 3);
    expect(restorePrompt(made.prompt, made.names)).toEqual(prompt);
  });
});

describe('symbols', () => {
  it('are used only where the tokenizer says that they are cheaper', () => {
    for (const pair of cheaperSymbols(tokenizer.count))
      expect(tokensWon(pair, tokenizer.count)).toBeGreaterThan(0);
    const dearer = SIGNS.filter((pair) => tokensWon(pair, tokenizer.count) < 0).map(({ sign }) =>
      sign.trim(),
    );
    expect(dearer).toContain('∴');
  });
  it('come back as words', () => {
    const said = 'A depends on B. B is greater than or equal to C, as soon as possible. '.repeat(30);
    const prompt = talk(said);
    const sent = symbols.apply(prompt, situation).prompt;
    expect(promptTokens(sent, tokenizer.count)).toBeLessThan(promptTokens(prompt, tokenizer.count));
    expect(symbols.restore?.(sent)).toEqual(prompt);
  });
  it('are not used when the text holds them already, or the key costs more', () => {
    expect(symbols.apply(talk('A is greater than or equal to B'), situation).prompt).toEqual(
      talk('A is greater than or equal to B'),
    );
  });
});

describe('what is learned', () => {
  const phrase = 'the minutes of the steering group of the ferry terminal say in section';
  const past = Array.from({ length: 20 }, (_, at) => [`${phrase} ${at} that ${phrase} ${at + 1} holds`]);
  it('a repeated phrase goes into the key and comes back', () => {
    const phrases = learnPhrases(past, tokenizer.count);
    expect(phrases.length).toBeGreaterThan(0);
    const prompt = talk(`${phrase} 4 so. `.repeat(8));
    const made = makeThrifty(
      prompt,
      { dictionary: true },
      { ...situation, learned: { phrases, idleSentences: new Set() } },
    );
    expect(made.tokensAfter).toBeLessThan(made.tokensBefore * 0.8);
    expect(restorePrompt(made.prompt)).toEqual(restorePrompt(makeThrifty(prompt, {}, situation).prompt));
  });
  it('a sentence that ever held an answer is never idle', () => {
    const texts = ['This message was sent by a machine. The harbour dues are 40 euros a day.'];
    const needed = ['The harbour dues are 40 euros a day.'];
    const idle = learnIdleSentences(Array.from({ length: 10 }, () => ({ texts, needed })));
    expect([...idle]).toEqual(['This message was sent by a machine.']);
    const { prompt, omitted } = sentences.apply(talk(texts[0] ?? ''), {
      ...situation,
      learned: { phrases: [], idleSentences: idle },
    });
    expect(lastText(prompt)).toContain('40 euros');
    expect(omitted.map(({ text }) => text)).toEqual(['This message was sent by a machine.']);
  });
});

describe('retrieval', () => {
  it('keeps what fits the goal and says what it left out', () => {
    const filler = Array.from(
      { length: 60 },
      (_, at) => `Paragraph ${at} speaks of gulls, ropes and the weather of the bay.`,
    );
    filler[40] = 'How far the task is: the task is at pile 7 of 12.';
    const prompt = talk(filler.join('\n\n'), 'a', 'b', 'c');
    const rank = (_: string, texts: readonly string[]) =>
      texts.map((text) => (text.includes('task') ? 1 : 0));
    const made = makeThrifty(prompt, { retrieval: true }, { ...situation, rank });
    const [text = ''] = textsOf(made.prompt[3]!);
    expect(text).toContain('pile 7 of 12');
    expect(text).toMatch(
      /\[\d+ tokens that fit the goal less were left out; call tasks_get again to see them\]$/,
    );
    expect(made.omitted).toHaveLength(1);
    expect(made.tokensAfter).toBeLessThan(made.tokensBefore);
  });
});

describe('the layout', () => {
  it('puts what changes last, and what stays keeps its place in the next call', () => {
    const call = (left: number, ...results: string[]): LanguageModelV4Prompt => [
      { role: 'system', content: 'You work for a team. '.repeat(40) },
      { role: 'system', content: `Left of the budget: ${left} tokens`, providerOptions: volatileMark },
      ...talk(...results).slice(1),
    ];
    const share = (isLaidOut: boolean) => {
      const settings = { 'cache-layout': isLaidOut };
      const former = makeThrifty(call(900, 'one '.repeat(90)), settings, situation).prompt;
      const later = makeThrifty(call(800, 'one '.repeat(90), 'two '.repeat(90)), settings, situation).prompt;
      return samePrefixTokens(former, later, tokenizer) / promptTokens(later, tokenizer.count);
    };
    expect(share(true)).toBeGreaterThan(0.6);
    expect(share(false)).toBeLessThan(0.6);
  });
  it('keeps every text', () => {
    const prompt = talk('one', 'two');
    const sent = makeThrifty(prompt, {}, situation).prompt;
    expect(sent.flatMap(textsOf)).toEqual(prompt.flatMap(textsOf));
    expect(sent.filter(({ providerOptions }) => providerOptions?.anthropic)).toHaveLength(2);
  });
});

describe('thrift', () => {
  it('is the same when the call is made again, and every technique can be switched', () => {
    const prompt = talk(
      steps(['running', 'completed', 'pending']),
      steps(['running', 'completed', 'failed']),
    );
    expect(makeThrifty(prompt, {}, situation)).toEqual(makeThrifty(prompt, {}, situation));
    expect(isOn('tables', { tables: false })).toBe(false);
    expect(
      makeThrifty(prompt, { ids: false, tables: false, changes: false, 'cache-layout': false }, situation)
        .prompt,
    ).toEqual(prompt);
  });
  it('lets whoever writes a report write', () => {
    expect(verbosityFor('work', 'write.report')).toBeNull();
    expect(verbosityFor('verify', 'write.report')?.maxOutputTokens).toBeLessThan(2_000);
  });
});
