/**
 * Tokens of Cadre's prompts with and without each technique of src/models/thrift, by the real tokenizer, on a fixed
 * suite with known answers (FEATURES MC-4). Without a model a reader proves that what is needed is still in the prompt;
 * only with one (`--provider`) is anything said of success.
 *
 *   node bench/tokens.ts [--size 600] [--seed 324] [--encoding o200k_base] [--dry]
 *   BENCH_MODEL_KEY=… node bench/tokens.ts --provider https://api.openai.com/v1 --model gpt-5-mini --size 100
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cheaperSymbols, SIGNS, tokensWon } from '../src/models/thrift/symbols.ts';
import { TECHNIQUES, type TechniqueName } from '../src/models/thrift/technique.ts';
import { ALL_TECHNIQUES, isOn } from '../src/models/thrift/thrift.ts';
import { askModel } from './tokens/ask-model.ts';
import { type Conversation, KINDS, makeConversations } from './tokens/conversations.ts';
import { isProven, judge, learn, MARGIN, measureConversation, only } from './tokens/measure.ts';
import { ENCODINGS, openTokenizer } from './tokens/tokenizer.ts';

const TARGET = 0.323;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '600' },
    seed: { type: 'string', default: '324' },
    encoding: { type: 'string', default: 'o200k_base' },
    provider: { type: 'string' },
    model: { type: 'string' },
    dry: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
const seed = Number(values.seed);
const encoding = ENCODINGS.find((one) => one === values.encoding);
if (!encoding) throw new Error(`--encoding is one of ${ENCODINGS.join(', ')}`);

const began = performance.now();
const rssBefore = process.memoryUsage().rss;
const tokenizer = await openTokenizer(encoding);
tokenizer.count('a');
const loaded = { ms: performance.now() - began, mb: (process.memoryUsage().rss - rssBefore) / 1e6 };

const learned = learn(await makeConversations('train', Math.round(size / 3), seed), tokenizer);
const heldOut = await makeConversations('held-out', size, seed);
// In an order that has nothing to do with kinds: evidence is collected case by case.
const cases = heldOut
  .map((one, at) => ({ one, key: (at * 7_919) % heldOut.length }))
  .sort((a, b) => a.key - b.key)
  .map(({ one }) => one);

const run = (names: readonly TechniqueName[], over: readonly Conversation[] = cases) =>
  over.map((one) => measureConversation(one, only(names), tokenizer, learned));

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const evidence = (wealth: number) => (wealth >= 1_000 ? '> 1,000' : wealth.toFixed(1));
const lines: string[] = [];
const say = (line = '') => {
  lines.push(line);
  process.stdout.write(`${line}\n`);
};

const none = run([]);
const alone = TECHNIQUES.map((name) => judge(name, none, run([name])));
const kept = TECHNIQUES.filter((name) => isOn(name));
const together = [
  judge(`kept: ${kept.join(', ')}`, none, run(kept)),
  // Beside the kept ones: a technique that moves the beginning of prompts may save tokens and cost money.
  ...TECHNIQUES.filter((name) => !kept.includes(name)).map((name) =>
    judge(`kept and ${name}`, none, run([...kept, name])),
  ),
];
const total = none.reduce((sum, { tokens }) => sum + tokens, 0);

say('# Tokens per technique');
say();
say(
  `${cases.length} held-out conversations of agents (${KINDS.map((kind) => `${kind} ${cases.filter((one) => one.kind === kind).length}`).join(', ')}), ${cases.reduce((sum, { calls }) => sum + calls.length, 0).toLocaleString('en')} calls, ${total.toLocaleString('en')} tokens of input by ${encoding} (gpt-tokenizer 4.0.0); learned on ${Math.round(size / 3)} others; seed ${seed}.`,
);
say(
  `Loading the tokenizer took ${loaded.ms.toFixed(0)} ms and ${loaded.mb.toFixed(0)} MB. Without techniques ${percent(none.filter(({ isAnswered }) => isAnswered).length / none.length)} of the questions can be answered.`,
);
say();
const columns =
  '| | tokens saved | of it kept by the provider | price saved | answerable | lost / won | evidence: success | evidence: saving | |';
say(columns);
say('|---|---|---|---|---|---|---|---|---|');
const baseline = judge('none', none, none);
for (const one of [baseline, ...alone, ...together]) {
  const technique = ALL_TECHNIQUES.find(({ name }) => name === one.name);
  const verdict =
    one === baseline
      ? ''
      : isProven(one)
        ? one.name === 'cache-layout'
          ? 'price falls, nothing needed is lost'
          : 'tokens fall, nothing needed is lost'
        : 'not proven';
  say(
    `| ${one.name}${technique ? ` (${technique.kind})` : ''} | ${percent(one.saved)} | ${percent(one.keptShare)} | ${percent(one.priceSaved)} | ${percent(one.answered)} | ${one.lost} / ${one.won} | ${evidence(one.evidenceOfSuccess)} | ${evidence(one.evidenceOfSaving)} | ${verdict} |`,
  );
}
say();
say('By kind of conversation, tokens saved (answerable):');
say();
say(`| | ${KINDS.join(' | ')} |`);
say(`|---|${KINDS.map(() => '---').join('|')}|`);
const keptByKind: number[] = [];
for (const names of [...TECHNIQUES.map((name) => [name]), kept]) {
  const cells = KINDS.map((kind) => {
    const over = cases.filter((one) => one.kind === kind);
    const one = judge('', run([], over), run(names, over));
    if (names === kept) keptByKind.push(one.saved);
    return `${percent(one.saved)} (${percent(one.answered)})`;
  });
  say(`| ${names.length > 1 ? 'kept' : names[0]} | ${cells.join(' | ')} |`);
}
say();
say(`Signs in place of words, in tokens of ${encoding} (words → sign; only those that fall are used):`);
say();
const cheaper = new Set(cheaperSymbols(tokenizer.count));
const shown = SIGNS.map((pair) => ({ pair, won: tokensWon(pair, tokenizer.count) })).sort(
  (a, b) => b.won - a.won,
);
for (const [title, from, to] of [
  ['fall', 1, 99],
  ['the same', 0, 0],
  ['rise: the words are cheaper', -99, -1],
] as const) {
  const those = shown.filter(({ won }) => won >= from && won <= to);
  say(
    `- ${title}: ${those.map(({ pair }) => `${pair.words.trim()} → ${pair.sign.trim()}${from > 0 && !cheaper.has(pair) ? ' (sign taken)' : ''}`).join('; ')}.`,
  );
}
say();
const [keptVerdict] = together;
const reached = keptVerdict?.saved ?? 0;
say(
  `Target of MC-4: ${percent(TARGET)} fewer tokens at equal success. The kept techniques save ${percent(reached)} of the tokens of this mix, by kind from ${percent(Math.min(...keptByKind))} to ${percent(Math.max(...keptByKind))}: the number is ${reached >= TARGET ? 'reached on this mix' : 'not reached'}; equal success needs a model.`,
);
say(
  `How to read it: the mix of kinds decides the total, so look at the kinds. Evidence is the wealth of a betting e-process (EVOLUTION 2.5); 20 proves at 5 %. Success: at most ${percent(MARGIN)} of questions lost. "Kept by the provider" counts what stood at the beginning of the call before, from 1,024 tokens on, at a tenth of the price.`,
);
if (values.provider && values.model) {
  const asked = await askModel({
    baseUrl: values.provider,
    model: values.model,
    cases,
    learned,
    tokenizer,
    kept,
  });
  for (const line of asked) say(line);
} else {
  say(
    'No model took part: a reader without a model showed that what is needed is still in the prompts. Whether a model answers equally well is NOT shown by this run; `--provider` and `--model` do that.',
  );
}
if (!values.dry) writeFileSync(new URL('results/tokens.md', import.meta.url), `${lines.join('\n')}\n`);
// A reader that fails without any technique measures the suite, not the techniques.
if (none.some(({ isAnswered }) => !isAnswered)) {
  const bad = none.filter(({ isAnswered }) => !isAnswered).map(({ id }) => id);
  process.stderr.write(
    `Not answerable even without techniques: ${bad.slice(0, 5).join(', ')} (${bad.length})\n`,
  );
  process.exitCode = 1;
}
