import type { EndToEndReport, Phase } from './end-to-end.ts';
import { type PureFigures, simulate } from './pure.ts';
import { WORLDS } from './world.ts';

/** Everything that is claimed of collective solving, with the checks that could fail. */
export interface SolvingReport {
  figures: PureFigures[];
  /** A cascade that shows its board, to agents that copy. */
  boards: PureFigures[];
  endToEnd: EndToEndReport[];
  checks: Array<{ what: string; holds: boolean }>;
}

/** The figures of EVOLUTION 2.3, per cent right and cost, of a world like ours. */
const PUBLISHED: Record<string, Record<string, [number, number]>> = {
  independent: { best: [80.3, 20], majority: [88.1, 30], vote: [89.9, 30], cascade: [84.9, 12.3] },
  shared: { best: [79.5, 20], majority: [84.9, 30], vote: [86.2, 30], cascade: [82.1, 13.6] },
};

export function measureRules(seeds: number, tasks: number): Pick<SolvingReport, 'figures' | 'boards'> {
  const of = Array.from({ length: seeds }, (_, index) => index + 1);
  const world = (name: keyof typeof WORLDS, learned: number) =>
    simulate({ world: WORLDS[name], seeds: of, learned, tasks });
  const board = (copying: number, discounts: boolean) =>
    simulate({ world: WORLDS.independent, seeds: of, learned: 300, tasks, board: { copying, discounts } });
  return {
    figures: [
      world('independent', 300),
      world('shared', 300),
      world('allShared', 300),
      world('boasters', 0),
      world('boasters', 300),
    ],
    boards: [0, 0.5, 1].flatMap((copying) => [board(copying, false), board(copying, true)]),
  };
}

const gainOf = (figures: PureFigures | undefined, method: string) =>
  figures?.methods.find((one) => one.method === method)?.gain;

/** What must hold, the losses included: a proof that finds a gain everywhere has measured nothing. */
export function check(report: Omit<SolvingReport, 'checks'>): SolvingReport['checks'] {
  const [independent, shared, allShared, before, after] = report.figures;
  const near = (figures: PureFigures | undefined) =>
    Math.abs((figures?.commonErrors ?? -1) - (figures?.sharedErrors ?? 0)) < 0.05;
  const gains = (one: PureFigures | undefined, method: string) => (gainOf(one, method)?.low ?? -1) > 0;
  const loses = (one: PureFigures | undefined, method: string) => (gainOf(one, method)?.high ?? 1) < 0;
  const value = (one: PureFigures | undefined, method: string) => gainOf(one, method)?.value ?? 0;
  const wholly = report.endToEnd.every(
    (one) => one.doubled + one.strayed + one.misjudged + one.miscounted === 0,
  );
  return [
    {
      what: 'independent errors: vote and cascade gain',
      holds: gains(independent, 'vote') && gains(independent, 'cascade'),
    },
    { what: '30 % shared errors: the vote gains', holds: gains(shared, 'vote') },
    {
      what: 'shared errors take from the gain',
      holds: (gainOf(shared, 'vote')?.value ?? 1) < (gainOf(independent, 'vote')?.value ?? 0),
    },
    {
      what: 'all errors shared: the team loses, and it is shown',
      holds: loses(allShared, 'vote') && loses(allShared, 'majority'),
    },
    {
      what: 'unknown boasters: the team loses, and it is shown',
      holds: loses(before, 'vote') && loses(before, 'cascade'),
    },
    {
      what: 'the vote learns who boasts, the majority does not: it loses at least 20 points more',
      holds: value(after, 'vote') - value(after, 'majority') > 0.2 && loses(after, 'majority'),
    },
    { what: 'the share of common errors is found', holds: [independent, shared, allShared].every(near) },
    ...(report.endToEnd.length > 0
      ? [
          {
            what: 'through the API: asked once, kept as said, judged and counted as the labels say',
            holds: wholly,
          },
          {
            what: 'through the API: a team with independent errors does not lose, the one of boasters does, and it is named',
            holds: report.endToEnd.every(
              ({ gains: [first, , last] }) => (first?.gain.value ?? -1) > 0 && last?.verdict === 'loss',
            ),
          },
        ]
      : []),
  ];
}

const percent = (share: number) => (share * 100).toFixed(1);
const signed = (value: number) => `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)}`;
const METHOD_NAMES: Record<string, string> = {
  best: 'best single',
  majority: 'majority of five',
  vote: 'log-odds vote',
  cascade: 'cascade, τ = 0.85',
};
const ORDER = ['best', 'majority', 'vote', 'cascade'];
const WORLD_NAMES = [
  'independent errors, known from 300 tasks',
  '30 % shared errors, known from 300 tasks',
  'all errors shared, known from 300 tasks',
  'one strong, four weak that boast; nothing known yet',
  'one strong, four weak that boast; known from 300 tasks',
];

/** The report as a page. */
export function page(report: SolvingReport): string {
  const published = (world: string, method: string) => {
    const found = PUBLISHED[world]?.[method];
    return found ? `${found[0]} (${found[1]})` : '–';
  };
  const rows = report.figures.flatMap((one, index) =>
    ORDER.flatMap((method) => {
      const own = one.methods.find((other) => other.method === method);
      if (!own) return [];
      const { value, low, high } = own.gain;
      return `| ${WORLD_NAMES[index]} | ${METHOD_NAMES[method]} | ${percent(own.share)} | ${own.cost.toFixed(1)} | ${own.asked.toFixed(2)} | ${signed(value ?? 0)} (${signed(low)} to ${signed(high)}) | ${published(one.world, method)} |`;
    }),
  );
  const boards = report.boards.map((one) => {
    const cascade = one.methods.find((other) => other.method === 'cascade');
    return `| ${percent(one.board?.copying ?? 0)} % | ${one.board?.discounts ? 'yes' : 'no'} | ${percent(cascade?.share ?? 0)} | ${(cascade?.cost ?? 0).toFixed(1)} |`;
  });
  const common = report.figures
    .map(
      (one) => `${one.sharedErrors} → ${one.commonErrors === null ? 'unknown' : one.commonErrors.toFixed(2)}`,
    )
    .join(', ');
  const hidden = report.figures[0]?.methods.find((one) => one.method === 'cascade');
  return `# Collective solving, measured

Written by \`npm run guarantees -- solving\`. **The operators are simulated**: a skill, a price and a stated confidence
each. What is measured is how answers are put together, not how good a model is. Another world gives other figures.

## By the rules alone

${report.figures[0]?.tasks} labelled tasks of each world, four options. Per cent right; cost of a task in thousandths of a dollar; gain in
points over the best single agent, chosen on 300 earlier tasks, on the very same tasks, with the 95 % interval. EVOLUTION
2.3 measured a world like the first two (per cent right, cost); its skills are not published, so only the order of the
methods and the size of the gains compare.

| World | Method | Right | Cost | Asked | Gain | EVOLUTION |
|---|---|---|---|---|---|---|
${rows.join('\n')}

The best single agent of the last column but one is the one that 300 tasks show; where nothing is known yet, the method
\`best\` takes the one that promises most. Equal numbers of a majority are parted by the log-odds, so it is close to
the vote where skills are close. Share of common errors, true → estimated: ${common}.

## The board

The first world, a cascade that shows its board to agents that copy what leads it this often. Hidden, the default, it is
${percent(hidden?.share ?? 0)} at cost ${(hidden?.cost ?? 0).toFixed(1)}. Discounted: an answer that follows the board counts as if half of such answers were copied.

| Copied | Discounted | Right | Cost |
|---|---|---|---|
${boards.join('\n')}

${report.endToEnd.map(endToEndOf).join('\n')}
## Checks

${report.checks.map(({ what, holds }) => `- ${holds ? 'holds' : '**FAILS**'}: ${what}`).join('\n')}
`;
}

function endToEndOf(one: EndToEndReport): string {
  const rows = one.phases.map(
    (phase: Phase) =>
      `| ${phase.world} | ${METHOD_NAMES[phase.method]} | ${phase.tasks} | ${percent(phase.share)} | ${phase.cost.toFixed(1)} | ${phase.asked.toFixed(2)} |`,
  );
  return `## Through the API, on ${one.store}

A real server; operators behind a mailbox${one.store === 'sqlite' ? ', in a plug-in' : ''} and behind HTTP; nothing is known of them at the beginning, and
each answer is judged with the label before long. Asked by two messages: ${one.doubled}. Handed over again under the same key:
${one.redelivered}. Kept other than said: ${one.strayed}. Judged other than the label: ${one.misjudged}. Counted other than the labels: ${one.miscounted}.

| World | Method | Tasks | Right | Cost | Asked |
|---|---|---|---|---|---|
${rows.join('\n')}

What \`GET /solutions/gain\` says:

${one.gains.map((gain) => `- ${gain.type}: ${gain.sentence} Common errors ${gain.commonErrors?.toFixed(2) ?? 'unknown'}.`).join('\n')}
`;
}
