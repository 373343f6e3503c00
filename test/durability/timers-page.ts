import type { TimersReport } from './timers.ts';
import { MOST_LATE_MS } from './timers.ts';

const number = (value: number) => value.toLocaleString('en-GB');
const row = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: ReadonlyArray<readonly unknown[]>): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** The proof as people read it. */
export function toPage(reports: readonly TimersReport[], measuredAt: string): string {
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

What it shows: each time that the policy wants fires once, in normal running, after an outage and meanwhile, with two
processes that watch as with one; and how late. What it does not show: how long the tasks then wait for somebody who
does them, and a machine with more to do than it can.
`;
}
