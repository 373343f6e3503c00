import type { TimersReport } from './timers.ts';
import { MOST_LATE_MS } from './timers.ts';
import type { WaitsReport } from './waits.ts';

const number = (value: number) => value.toLocaleString('en-GB');
const row = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: ReadonlyArray<readonly unknown[]>): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** The proof as people read it. */
export function toPage(
  reports: readonly TimersReport[],
  waits: readonly WaitsReport[],
  measuredAt: string,
): string {
  const [first] = reports;
  const timers = number(first?.timers ?? 0);
  return `# Timers: each time once, and how late (P19)

Written by \`npm run guarantees -- P19\` on ${measuredAt.slice(0, 10)}. ${timers} schedules in ${first?.tenants ?? 0} tenants, each every ten minutes, on a real
database with every commit on disk; the clock of the database is moved between two starts. A fire is late by the time
from the moment it is due to the moment at which the commit of its task is acknowledged. Nobody works on the tasks
here. The machine has ${first?.cores ?? 0} cores and others used it at the same time: its load stands below.

## In normal running

${timers} timers come due over ${first?.running.windowSeconds ?? 0} seconds. Promised is a p99 of at most ${number(MOST_LATE_MS)} ms.

${table(
  [
    'Store',
    'Processes that watch',
    'Fired',
    'Missing',
    'Twice',
    'Unwanted',
    'Late p50',
    'p99',
    'Latest',
    'Load',
  ],
  reports.map(({ store, watchers, running, load }) => [
    store,
    watchers,
    `${number(running.fired)} of ${number(running.wanted)}`,
    running.missing,
    running.twice,
    running.unwanted,
    `${number(running.lateMs.p50)} ms`,
    `${number(running.lateMs.p99)} ms`,
    `${number(running.lateMs.max)} ms`,
    load[0],
  ]),
)}

## Over an hour in which nobody watches

Every process ends; an hour later one (SQLite) or two (PostgreSQL) start again. Six times of each timer passed: a third
of the timers has the policy \`skip\` (none is made up for), a third \`one\` (the newest), a third \`all\` (all six).

${table(
  [
    'Store',
    'Away',
    'Wanted',
    'Made up for',
    'Missing',
    'Twice',
    'Unwanted',
    'All made up for after',
    'Fires a second',
    'Load',
  ],
  reports.map(({ store, outage, load }) => [
    store,
    `${number(outage.awaySeconds)} s`,
    number(outage.wanted),
    number(outage.fired),
    outage.missing,
    outage.twice,
    outage.unwanted,
    `${outage.catchUpSeconds} s`,
    number(outage.firesPerSecond),
    load[1],
  ]),
)}

## Timers that come due meanwhile

Other timers come due in the first ${first?.meanwhile.overSeconds ?? 0} seconds after the return. They do not wait behind what is made up for.

${table(
  ['Store', 'Timers', 'Fired', 'Missing', 'Twice', 'Late p50', 'p99', 'Latest'],
  reports.map(({ store, meanwhile }) => [
    store,
    number(meanwhile.timers),
    number(meanwhile.fired),
    meanwhile.missing,
    meanwhile.twice,
    `${number(meanwhile.lateMs.p50)} ms`,
    `${number(meanwhile.lateMs.p99)} ms`,
    `${number(meanwhile.lateMs.max)} ms`,
  ]),
)}

## Waits

The other kind of timers: ${number(waits[0]?.waits ?? 0)} runs that are to begin at a later moment, as the waits of workflows, deadlines of
votes and approvals are kept. Workers look for them once a second; a wait is late by the time until its work begins.

${table(
  ['Store', 'Workers', 'When', 'Begun', 'Missing', 'Twice', 'Late p50', 'p99', 'Latest', 'Load'],
  waits.flatMap(({ store, workers, running, meanwhile, load }) =>
    (
      [
        [`over ${running.windowSeconds} s, in normal running`, running, load[0]],
        [`over ${meanwhile.overSeconds} s after an hour away`, meanwhile, load[1]],
      ] as const
    ).map(([when, part, loadThen]) => [
      store,
      workers,
      when,
      `${number(part.fired)} of ${number(part.wanted)}`,
      part.missing,
      part.twice,
      `${number(part.lateMs.p50)} ms`,
      `${number(part.lateMs.p99)} ms`,
      `${number(part.lateMs.max)} ms`,
      loadThen,
    ]),
  ),
)}

${waits
  .map(
    ({ store, outage }) =>
      `${store}: ${number(outage.fired)} of ${number(outage.wanted)} that came due while nobody was there for ${number(outage.awaySeconds)} s had begun, each once, after ${outage.catchUpSeconds} s (missing ${outage.missing}, twice ${outage.twice}).`,
  )
  .join('\n')}
Waits of one tenant begin in the order in which they are due: what comes due after the return waits behind them. The
promise of ${number(MOST_LATE_MS)} ms is for normal running.

What it shows: each time that the policy wants fires once, in normal running, after an outage and meanwhile, with two
processes as with one; and how late. What it does not show: how long the tasks then wait for somebody who
does them, and a machine with more to do than it can.
`;
}
