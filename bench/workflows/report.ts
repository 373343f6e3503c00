import { median, quantile, short } from '../lib/statistics.ts';
import type { WorkflowMeasured } from './measure.ts';
import { type Bar, type Row, SYSTEMS } from './rows.ts';

/** One system in one row, over all rounds. */
export interface Entry {
  system: string;
  name: string;
  durability: string;
  role: 'cadre' | 'peer';
  /** The row's figure, round by round; null where a round failed. */
  rounds: Array<number | null>;
  median: number | null;
  /** How many times better Cadre on PostgreSQL is, in each of its ways: median of the ratios within each round. */
  times: Record<Way, number | null>;
  rssMb: number | null;
  cpuMsPerStep: number | null;
  correct: boolean;
  problems: string[];
  measured: WorkflowMeasured[];
}

export interface Verdict {
  bar: string;
  met: boolean;
  said: string;
}

export interface RowResult {
  row: Row;
  /** When, at which commit and under which load of the machine. */
  when: string;
  entries: Entry[];
  verdicts: Verdict[];
}

/** The ways in which Cadre carries out a workflow, by the system that measures each on PostgreSQL. */
const WAYS = { 'one operator': 'cadre-postgres', 'a task for each step': 'cadre-postgres-tasks' } as const;
type Way = keyof typeof WAYS;
const ways = Object.keys(WAYS) as Way[];
/** JSON has no NaN. */
const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
const said = (value: number | null): string => short(value ?? Number.NaN);

/** Puts the measurements of a row together, `measurements[system][round]`; a failed one is a text. */
export function conclude(
  row: Row,
  measurements: ReadonlyMap<string, Array<WorkflowMeasured | string>>,
  when: string,
): RowResult {
  const figures = (system: string) =>
    (measurements.get(system) ?? []).map((one) => (typeof one === 'string' ? Number.NaN : one[row.figure]));
  const entries = [...measurements].map(([system, all]): Entry => {
    const measured = all.filter((one) => typeof one !== 'string');
    const rounds = figures(system);
    const timesOf = (way: Way): number | null => {
      if (system === WAYS[way]) return null;
      const ours = figures(WAYS[way]);
      const ratios = rounds.map((value, round) => {
        const own = ours[round] ?? Number.NaN;
        return row.figure === 'perSecond' ? own / value : value / own;
      });
      return orNull(median(ratios.filter(Number.isFinite)));
    };
    const middle = (figure: 'rssMb' | 'cpuMsPerStep') => orNull(median(measured.map((one) => one[figure])));
    return {
      system,
      name: measured[0]?.name ?? system,
      durability: measured[0]?.durability ?? 'not measured',
      role: SYSTEMS.find((one) => one.name === system)?.role ?? 'peer',
      rounds: rounds.map(orNull),
      median: orNull(median(rounds.filter(Number.isFinite))),
      times: {
        'one operator': timesOf('one operator'),
        'a task for each step': timesOf('a task for each step'),
      },
      rssMb: middle('rssMb'),
      cpuMsPerStep: middle('cpuMsPerStep'),
      correct: measured.length === all.length && measured.every((one) => one.correct),
      problems: [
        ...all.filter((one) => typeof one === 'string'),
        ...measured.filter((one) => !one.correct).map(explain),
      ],
      measured,
    };
  });
  const measuredWays = ways.filter((way) => measurements.has(WAYS[way]));
  const verdicts = measuredWays.flatMap((way) => row.bars.map((bar) => judge(bar, way, entries)));
  return { row, when, entries, verdicts };
}

function explain({ submitted, counted, carriedOut, faults }: WorkflowMeasured): string {
  const found = `asked for ${JSON.stringify(submitted)}, stored ${JSON.stringify(counted)}, carried out ${carriedOut} steps`;
  return [found, ...faults.slice(0, 2)].join('; ');
}

function judge(bar: Bar, way: Way, entries: readonly Entry[]): Verdict {
  // A figure that was counted wrong wins nothing, on either side.
  const isSound = entries.find((entry) => entry.system === WAYS[way])?.correct === true;
  const peers = entries.filter((entry) => entry.role === 'peer');
  if (bar === 'ahead of all') {
    const behind = peers.filter((entry) => !((entry.times[way] ?? 0) > 1));
    return {
      bar: `${way}: ahead of all peers`,
      met: isSound && behind.length === 0 && peers.length > 0,
      said: behind.map((one) => `${said(one.times[way])}x ${one.name}`).join(', ') || 'ahead of each',
    };
  }
  const peer = peers.find((entry) => entry.system === bar.system);
  const times = peer?.times[way] ?? Number.NaN;
  return {
    bar: `${way}: ${bar.times}x ${peer?.name ?? bar.system}`,
    met: isSound && peer?.correct === true && times >= bar.times,
    said: `${short(times)}x`,
  };
}

const HEAD = `Workflows as people write them, carried out by the house (plan language, agents, messages, events), beside the workflows of LangGraph.js, Mastra and DBOS on the same PostgreSQL. Cadre is measured in both of its ways: one operator carries out the whole workflow (the key \`operator\`: steps are stored steps of one run, as they are with the peers), and each step is a task of its own (chosen agent, delegation, leased run). Rounds are interleaved and each begins with another system; the ratio is the median of the ratios within each round, since the speed of fsync drifts. "Counted right": every step was carried out exactly once and only after those it needs, with their values; the join saw all 100 results; each output is the expected one; and the system's own tables hold as many finished workflows and steps as were asked for. Where the load average is above the number of cores, others used the machine: ratios say more than absolute figures.`;

/** The results as Markdown, for people. */
export function toMarkdown(results: readonly RowResult[]): string {
  const lines = ['# Workflows beside their peers', '', HEAD, ''];
  for (const { row, when, entries, verdicts } of results) {
    const unit = row.figure === 'perSecond' ? 'workflows/s' : 'p50 ms';
    lines.push(`## ${row.title}`, '', when, '');
    lines.push(
      `| System | Rounds (${unit}) | Median | Spread | One operator on PostgreSQL is better by | A task for each step by | Memory | Processor for a step | Counted right |`,
      '|---|---|---|---|---|---|---|---|---|',
    );
    for (const entry of entries) {
      const strong = entry.role === 'cadre' ? '**' : '';
      const times = ways
        .map((way) => (entry.times[way] === null ? '' : `${said(entry.times[way])}x`))
        .join(' | ');
      lines.push(
        `| ${strong}${entry.name}${strong} | ${entry.rounds.map(said).join(', ')} | ${strong}${said(entry.median)}${strong} | ${spread(entry)} | ${times} | ${said(entry.rssMb)} MB | ${said(entry.cpuMsPerStep)} ms | ${entry.correct ? 'yes' : `NO: ${entry.problems.join('; ')}`} |`,
      );
    }
    lines.push('');
    for (const one of verdicts) lines.push(`- ${one.bar}: **${one.met ? 'MET' : 'MISSED'}** (${one.said})`);
    if (verdicts.length > 0) lines.push('');
  }
  lines.push('## Durability of each', '', '| System | What is on disk, and when |', '|---|---|');
  const durable = new Map(
    results.flatMap(({ entries }) => entries.map((entry) => [entry.name, entry.durability] as const)),
  );
  for (const [name, durability] of durable) lines.push(`| ${name} | ${durability} |`);
  lines.push('', 'Memory is the highest resident size of the process that holds the system and the bench.');
  return `${lines.join('\n')}\n`;
}

/** From the lowest to the highest round, as a share of the median. */
function spread({ rounds, median: middle }: Entry): string {
  const usable = rounds.filter((value) => value !== null);
  if (usable.length < 2 || middle === null) return '–';
  return `±${Math.round(((quantile(usable, 1) - quantile(usable, 0)) / 2 / middle) * 100)} %`;
}
