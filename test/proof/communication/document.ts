import type { Row } from './measure.ts';
import { METHODS } from './methods.ts';
import { methodOf, type WorldReport } from './proof.ts';
import type { CommunicationReport } from './report.ts';

const WORLDS = {
  sqlite: 'one process, SQLite',
  postgres: 'two processes and more, PostgreSQL',
} as const;

/** The proof as a document: every line of it comes from the run. */
export function toDocument(report: CommunicationReport): string {
  const { worlds, broken } = report;
  return `${[
    '# Proof: the communication methods',
    `Every method by which agents reach one another, tried ${report.rounds} times in each world, its effect read back ` +
      'through the public API in every round. Nobody wrote this page: it is what the last run found.',
    ...(broken ? [`**Method ${broken} was broken on purpose: ${methodOf(broken)?.broken.how}.**`] : []),
    summary(worlds, report.barP95Ms),
    [
      `- Run at ${report.at} on ${report.machine}; load at the start ${report.load}.`,
      `- Commit \`${report.commit}\`. Again: \`${report.command}\`.`,
      '- Break one and look: `npm run guarantees -- communication --rounds 5 --break 9`; its row says FAILED, and ' +
        'the command exits with 1.',
    ].join('\n'),
    HOW_TO_READ,
    ...worlds.map(worldSection),
    '## What each method promises, and what was asserted',
    ...METHODS.map((method) => methodSection(method.id, worlds)),
  ].join('\n\n')}\n`;
}

const HOW_TO_READ = `## How to read it

- **PASSED**: in every round the effect was there and the facts that prove it stand in the event log, and every negative
  twin was refused. **FAILED** stops at the first round that was not so, and says why. A method that ran no round, of
  which nothing was seen, or that has no twin cannot pass.
- **p50, p95, p99** in milliseconds, by nearest rank: from the call until its effect was read. Rounds run one after
  another. The bar is p95 < 100 ms; it is shown beside the verdict and is no part of it, because a busy machine is slow
  and not wrong.
- **Events** are cursors of the event log (\`GET /api/v1/event-log\`), of the first and the last round: the facts that
  prove them. The database of a run is gone afterwards; \`docs/proof/communication.json\` has the same figures as data.
- **Handled by** are the processes that said of themselves that they handled it. Where none is named, agents with
  built-in skills did, who live in the process that carries out.`;

function summary(worlds: readonly WorldReport[], bar: number): string {
  const head = worlds.flatMap(({ store }) => [WORLDS[store], 'p50 / p95 / p99', `p95 < ${bar} ms`]);
  const lines = METHODS.map(({ id, name }) => {
    const cells = worlds.flatMap(({ rows }) => {
      const row = rows.find((one) => one.id === id);
      return row ? [verdictOf(row), timesOf(row), row.bar ?? '-'] : ['**NOT RUN**', '-', '-'];
    });
    return [id, name, ...cells];
  });
  return table(['#', 'Method', ...head], lines);
}

function worldSection(world: WorldReport): string {
  const { store, parts, connected, rows } = world;
  const lines = rows.map((row) => [
    row.id,
    row.name,
    verdictOf(row),
    String(row.rounds),
    timesOf(row),
    row.handledBy.join(', ') || '-',
    row.first.join(' '),
    row.last.join(' '),
  ]);
  const head = ['#', 'Method', 'Verdict', 'Rounds', 'p50 / p95 / p99 ms', 'Handled by'];
  return [
    `## ${WORLDS[store].replace(/^./, (letter) => letter.toUpperCase())}`,
    connected,
    parts.map(({ pid, is }) => `- process ${pid}: ${is}`).join('\n'),
    table([...head, 'Events of the first round', 'Events of the last round'], lines),
    ...rows.flatMap((row) => (row.reason ? [`**${row.id} FAILED**: ${row.reason}`] : [])),
  ].join('\n\n');
}

function methodSection(id: string, worlds: readonly WorldReport[]): string {
  const method = methodOf(id);
  if (!method) return '';
  const twins = worlds.flatMap(({ store, rows }) =>
    (rows.find((row) => row.id === id)?.twins ?? []).map((twin) => ({ store, ...twin })),
  );
  const bySaying = Map.groupBy(twins, ({ says }) => says);
  return [
    `### ${id}. ${method.name.replace(/^./, (letter) => letter.toUpperCase())}`,
    [
      `- Promise: ${method.semantics}`,
      `- Asked by: ${method.operations.map((name) => `\`${name}\``).join(', ')}`,
      `- Effect: ${method.effect}.`,
      ...[...bySaying].map(
        ([says, of]) =>
          `- Twin: ${says}. Refused by: ${[...new Set(of.map((one) => `${one.refusedBy} (${one.store}, ${one.times} times)`))].join('; ')}.`,
      ),
      `- \`--break ${id}\`: ${method.broken.how}.`,
    ].join('\n'),
  ].join('\n\n');
}

const verdictOf = (row: Row) => (row.verdict === 'PASSED' ? 'PASSED' : '**FAILED**');
const timesOf = ({ ms }: Row) =>
  ms ? [ms.p50, ms.p95, ms.p99].map((one) => one.toFixed(1)).join(' / ') : '-';

function table(head: readonly string[], lines: ReadonlyArray<readonly string[]>): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...lines.map(row)].join('\n');
}
