import type { Measured } from './measure.ts';
import type { Limit, Row } from './rows.ts';
import { median, short } from './statistics.ts';

/** One system in one row, over all rounds. */
export interface Entry {
  system: string;
  name: string;
  durability: string;
  role: 'cadre' | 'peer' | 'floor';
  /** The row's figure, round by round. */
  rounds: number[];
  median: number;
  /** How many times better Cadre is, median of the ratios within each round; NaN for Cadre itself. */
  cadreTimes: number;
  correct: boolean;
  problems: string[];
  /** The measurements themselves, with what was submitted and what was counted. */
  measured: Measured[];
}

export interface RowResult {
  row: Row;
  /** When, at which commit and under which load of the machine. */
  when: string;
  entries: Entry[];
  verdicts: Array<{ limit: string; reached: boolean; said: string }>;
}

/** Puts the measurements of a row together. `measurements[system][round]`; a failed one is a text. */
export function conclude(
  row: Row,
  measurements: Map<string, Array<Measured | string>>,
  when: string,
): RowResult {
  const higherIsBetter = row.figure === 'perSecond';
  const figures = (system: string): number[] =>
    (measurements.get(system) ?? []).map((one) => (typeof one === 'string' ? Number.NaN : one[row.figure]));
  const ours = figures(row.cadre);
  const entries: Entry[] = [];
  for (const [system, all] of measurements) {
    const measured = all.filter((one) => typeof one !== 'string');
    const rounds = figures(system);
    const usable = rounds.filter(Number.isFinite);
    const ratios = rounds
      .map((value, round) => (higherIsBetter ? ours[round]! / value : value / ours[round]!))
      .filter(Number.isFinite);
    entries.push({
      system,
      name: measured[0]?.name ?? system,
      durability: measured[0]?.durability ?? 'not measured',
      role: system === row.cadre ? 'cadre' : row.floors.includes(system) ? 'floor' : 'peer',
      rounds,
      median: median(usable),
      cadreTimes: system === row.cadre ? Number.NaN : median(ratios),
      correct: measured.length === all.length && measured.every((one) => one.correct),
      problems: [
        ...all.filter((one) => typeof one === 'string'),
        ...measured.filter((one) => !one.correct).map(explain),
      ],
      measured,
    });
  }
  return { row, when, entries, verdicts: row.limits.map((limit) => judge(limit, row, entries)) };
}

function explain(one: Measured): string {
  const text = (counted: object) => JSON.stringify(counted);
  return `submitted ${text(one.submitted)}, found ${text(one.counted)}, carried out ${one.executedSteps} steps`;
}

function judge(limit: Limit, row: Row, entries: Entry[]): RowResult['verdicts'][number] {
  const ours = entries.find((entry) => entry.role === 'cadre');
  const value = ours?.median ?? Number.NaN;
  if (limit.kind === 'at-least' || limit.kind === 'at-most') {
    const reached = limit.kind === 'at-least' ? value >= limit.value : value <= limit.value;
    const words = limit.kind === 'at-least' ? 'at least' : 'at most';
    return {
      limit: `${words} ${short(limit.value)} ${row.unit}`,
      reached,
      said: `${short(value)} ${row.unit}`,
    };
  }
  if (limit.kind === 'times') {
    const times = entries.find((entry) => entry.system === limit.system)?.cadreTimes ?? Number.NaN;
    return {
      limit: `${limit.times} times ${limit.system}`,
      reached: times >= limit.times,
      said: `${short(times)} times`,
    };
  }
  const behind = entries.filter((entry) => entry.role === 'peer' && !(entry.cadreTimes > 1));
  return {
    limit: 'ahead of all peers',
    reached: behind.length === 0,
    said: behind.length === 0 ? 'ahead' : `behind ${behind.map((entry) => entry.name).join(', ')}`,
  };
}

/** The results as Markdown, for people. */
export function toMarkdown(results: RowResult[], head: string[]): string {
  const lines = ['# Durable runs beside their peers', '', ...head, ''];
  for (const { row, when, entries, verdicts } of results) {
    lines.push(`## ${row.title}`, '', when, '');
    lines.push(
      `| System | Rounds (${row.unit}) | Median | Cadre is better by | Counted right |`,
      '|---|---|---|---|---|',
    );
    for (const entry of entries) {
      const times = entry.role === 'cadre' ? '' : `${short(entry.cadreTimes)}x`;
      const own = entry.role === 'cadre' ? '**' : '';
      lines.push(
        `| ${own}${entry.name}${own} | ${entry.rounds.map(short).join(', ')} | ${own}${short(entry.median)}${own} | ${times} | ${entry.correct ? 'yes' : `NO: ${entry.problems.join('; ')}`} |`,
      );
    }
    lines.push('');
    for (const one of verdicts)
      lines.push(`- ${one.limit}: **${one.reached ? 'reached' : 'MISSED'}** (${one.said})`);
    lines.push('');
  }
  lines.push('## Durability of each', '', '| System | What is on disk when it says so |', '|---|---|');
  const said = new Map(
    results.flatMap(({ entries }) => entries.map((entry) => [entry.name, entry.durability])),
  );
  for (const [name, durability] of said) lines.push(`| ${name} | ${durability} |`);
  return `${lines.join('\n')}\n`;
}
