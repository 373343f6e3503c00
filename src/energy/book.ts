import type { EventLog, Fact } from '../platform/events/events.ts';
import {
  countAlive,
  holdState,
  insertPoints,
  saveBalances,
  saveGroups,
  saveRecords,
  selectBalances,
  selectGroups,
  selectPoints,
  selectRecords,
  selectTeamsOf,
  updateState,
} from '../platform/store/energy.ts';
import { markBooked, selectUnbooked, selectWorkersOfRoots } from '../platform/store/energy-readings.ts';
import type {
  EnergyBalanceRow,
  EnergyGroupRow,
  EnergyPointRow,
  EnergyReadingRow,
  EnergyRecordRow,
} from '../platform/store/energy-rows.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { membersOf } from './advice.ts';
import { driftOf, nextCusum } from './control.ts';
import { type Together, termsOf } from './point.ts';
import { totalEnergy } from './terms.ts';
import { type EnergySettings, type Learned, readState } from './weights.ts';

/** Readings taken in with one transaction. */
const PER_TURN = 200;
/** Points of history (EN-2), and those that slopes and shares look at. */
export const HISTORY = 1_000;
export const WINDOW = 100;
/** Of a goal on which more agents worked, these many count as having worked together. */
const MAX_TOGETHER = 8;

export interface BookNeeds {
  store: Store;
  events: EventLog;
}

/**
 * Takes what attempts took into the ledger of coordination energy (EN-2). It is an outbox: the transaction that settles
 * an attempt writes one row, so no two of them wait for the same balance; here balances, points and the mark "booked"
 * commit together under the lock of the tenant's state, so nothing is counted twice or left out, whoever dies.
 * @returns how many readings were booked
 */
export async function bookEnergy({ store, events }: BookNeeds, tenantId: string): Promise<number> {
  let booked = 0;
  for (;;) {
    const count = await store.write(tenantId, (tx) => bookSome(tx, events));
    booked += count;
    if (count < PER_TURN) return booked;
  }
}

/** All that one turn looks at and changes. */
interface Book {
  settings: EnergySettings;
  learned: Learned;
  balances: Rows<EnergyBalanceRow>;
  records: Rows<EnergyRecordRow>;
  groups: Rows<EnergyGroupRow>;
  /** Newest last: history and what this turn adds. */
  points: Array<Pick<EnergyPointRow, 'agent_id' | 'capability' | 'joules' | 'succeeded'>>;
  /** Who worked on each goal so far, and whether all of that went well. */
  workers: Map<string, Map<string, boolean>>;
  teams: Map<string, string[]>;
  alive: number;
  facts: Fact[];
  firsts: number[];
}

async function bookSome(tx: TenantTx, events: EventLog): Promise<number> {
  const state = await holdState(tx);
  const readings = await selectUnbooked(tx, PER_TURN);
  if (readings.length === 0) return 0;
  const book = await open(tx, readState(state), readings);
  let { points: number, energy } = state;
  const added: Array<Omit<EnergyPointRow, 'tenant_id'>> = [];
  for (const reading of readings) {
    if (reading.ended === 0) {
      // It goes on in another attempt: its joules count, but nothing has ended.
      for (const balance of scopesOf(book, reading)) addJoules(balance, reading);
      continue;
    }
    number += 1;
    const point = take(book, reading, { number, energy });
    energy = point.energy;
    added.push(point);
  }
  await insertPoints(tx, added, number - HISTORY + 1);
  await saveBalances(tx, book.balances.changed());
  await saveRecords(tx, book.records.changed());
  await saveGroups(tx, book.groups.changed());
  await markBooked(tx, readings);
  await updateState(tx, { learned: JSON.stringify(book.learned), points: number, energy });
  await events.append(tx, book.facts);
  return readings.length;
}

async function open(
  tx: TenantTx,
  weights: { settings: EnergySettings; learned: Learned },
  readings: readonly EnergyReadingRow[],
): Promise<Book> {
  const worked = await selectWorkersOfRoots(tx, unique(readings.map(({ root_id }) => root_id)));
  const workers = new Map<string, Map<string, boolean>>();
  for (const { root_id, agent_id, succeeded } of worked)
    workersOf(workers, root_id).set(agent_id, succeeded === 1);
  const agentIds = unique(readings.flatMap(({ agent_id }) => (agent_id === null ? [] : [agent_id])));
  const known = unique([...agentIds, ...worked.map(({ agent_id }) => agent_id)]);
  const teams = Map.groupBy(await selectTeamsOf(tx, known), ({ agent_id }) => agent_id);
  const teamIds = unique([...teams.values()].flatMap((of) => of.map(({ team_id }) => team_id)));
  const history = await selectPoints(tx, WINDOW);
  return {
    ...weights,
    balances: rowsOf(await selectBalances(tx, { ids: [...known, ...teamIds, tx.tenantId] }), balanceKey),
    records: rowsOf(await selectRecords(tx, unique(readings.map((one) => one.capability))), recordKey),
    groups: rowsOf(
      await selectGroups(tx, { members: groupsToCome(workers, readings) }),
      (one) => one.members,
    ),
    points: history,
    firsts: history.map(({ p_fast }) => p_fast),
    workers,
    teams: new Map([...teams].map(([agent, of]) => [agent, of.map(({ team_id }) => team_id)])),
    alive: await countAlive(tx),
    facts: [],
  };
}

/** Books one attempt that ended, and says what energy is after it. */
function take(
  book: Book,
  reading: EnergyReadingRow,
  before: { number: number; energy: number },
): Omit<EnergyPointRow, 'tenant_id'> {
  const { settings, learned } = book;
  const isSuccess = reading.succeeded === 1;
  const at = Number(reading.created_at);
  learned.cusum = nextCusum(learned.cusum, isSuccess);
  const { pairs, team } = meet(book, reading);
  addRecord(book, reading);
  const window = book.points.slice(-WINDOW + 1);
  const same = window.filter(({ capability }) => capability === reading.capability);
  const choices = [...Map.groupBy([...same, reading], ({ agent_id }) => agent_id).values()];
  const terms = termsOf(
    {
      reading,
      pairs,
      team,
      choices: choices.map(({ length }) => length),
      alive: book.alive,
      secondsSince: learned.pointAt === 0 ? 0 : Math.max(0, at - learned.pointAt) / 1_000,
      cusum: learned.cusum,
      usualJoules: same.flatMap(({ joules }) => (joules === null ? [] : [joules])),
    },
    settings,
    learned,
  );
  learned.pointAt = at;
  const energy = totalEnergy(terms);
  const delta = before.number === 1 ? 0 : energy - before.energy;
  for (const balance of scopesOf(book, reading)) {
    balance.balance += delta;
    balance.attempts += 1;
    balance.succeeded += reading.succeeded;
    addJoules(balance, reading);
    if (reading.joules !== null)
      Object.assign(balance, {
        known: balance.known + 1,
        known_succeeded: balance.known_succeeded + reading.succeeded,
      });
    if (balance.scope === 'agent') alert(book, balance, at);
  }
  const { run_id, fence, task_id, agent_id, capability, succeeded, cost_usd, joules } = reading;
  const point = { agent_id, capability, joules, succeeded };
  book.points.push(point);
  // The share of attempts of late that needed no other before them.
  const isFast = isSuccess && reading.is_first === 1 ? 1 : 0;
  const last = book.firsts.at(-1);
  const p_fast = last === undefined ? isFast : last + (isFast - last) / Math.min(WINDOW, book.points.length);
  book.firsts.push(p_fast);
  return {
    ...point,
    number: before.number,
    run_id,
    fence: Number(fence),
    task_id,
    energy,
    delta,
    terms: JSON.stringify(terms),
    p_fast,
    drift: driftOf(learned.cusum),
    cost_usd,
    created_at: at,
  };
}

/** Notes that the agent worked with those who did something for the same goal before it. */
function meet(book: Book, reading: EnergyReadingRow): { pairs: Together[]; team: Together | undefined } {
  const { agent_id: agent, root_id } = reading;
  if (agent === null) return { pairs: [], team: undefined };
  const here = workersOf(book.workers, root_id);
  const isNew = !here.has(agent);
  here.set(agent, (here.get(agent) ?? true) && reading.succeeded === 1);
  const ids = [...here.keys()].slice(0, MAX_TOGETHER);
  if (!ids.includes(agent)) return { pairs: [], team: undefined };
  const isGood = (members: readonly string[]) => members.every((id) => here.get(id));
  const group = (members: readonly string[], counts: boolean): Together => {
    const key = membersOf(members);
    const row = book.groups.at(key, () => ({
      tenant_id: reading.tenant_id,
      members: key,
      size: members.length,
      together: 0,
      succeeded: 0,
    }));
    if (counts)
      Object.assign(row, {
        together: row.together + 1,
        succeeded: row.succeeded + (isGood(members) ? 1 : 0),
      });
    return { together: row.together, succeeded: row.succeeded, expected: expectedOf(book, members) };
  };
  const pairs = ids.filter((id) => id !== agent).map((id) => group([id, agent], isNew));
  return { pairs, team: ids.length < 3 ? undefined : group(ids, isNew) };
}

/** What agents reach each for itself: the success rate over all they did. */
function expectedOf(book: Book, ids: readonly string[]): number {
  const rows = ids.map((id) => book.balances.find(`agent ${id}`));
  const sum = (of: (row: EnergyBalanceRow) => number) =>
    rows.reduce((all, row) => all + (row ? of(row) : 0), 0);
  return (sum((row) => row.succeeded) + 1) / (sum((row) => row.attempts) + 2);
}

function addRecord(book: Book, reading: EnergyReadingRow): void {
  const { agent_id, capability, tenant_id } = reading;
  if (agent_id === null) return;
  const row = book.records.at(recordKey({ agent_id, capability }), () => ({
    tenant_id,
    agent_id,
    capability,
    attempts: 0,
    succeeded: 0,
    known: 0,
    joules: 0,
    cost_usd: 0,
    wall_ms: 0,
    memory_gb_s: 0,
  }));
  row.attempts += 1;
  row.succeeded += reading.succeeded;
  row.known += reading.joules === null ? 0 : 1;
  row.joules += reading.joules ?? 0;
  row.cost_usd += reading.cost_usd;
  row.wall_ms += reading.wall_ms;
  row.memory_gb_s += reading.memory_gb_s;
}

/** Balances of the tenant, of the agent, and of its teams. */
function scopesOf(book: Book, { tenant_id, agent_id }: EnergyReadingRow): EnergyBalanceRow[] {
  const scopes: Array<[scope: string, id: string]> = [['tenant', tenant_id]];
  if (agent_id !== null) {
    scopes.push(['agent', agent_id]);
    for (const team of book.teams.get(agent_id) ?? []) scopes.push(['team', team]);
  }
  return scopes.map(([scope, scope_id]) =>
    book.balances.at(balanceKey({ scope, scope_id }), () => ({
      tenant_id,
      scope,
      scope_id,
      balance: 0,
      attempts: 0,
      succeeded: 0,
      known: 0,
      known_succeeded: 0,
      joules: 0,
      carbon_g: 0,
      cost_usd: 0,
      alerted_at: null,
      updated_at: 0,
    })),
  );
}

function addJoules(balance: EnergyBalanceRow, reading: EnergyReadingRow): void {
  balance.joules += reading.joules ?? 0;
  balance.carbon_g += reading.carbon_g ?? 0;
  balance.cost_usd += reading.cost_usd;
}

/** Raises an alert when an agent begins to take more per task than was allowed; again only after it took less. */
function alert(book: Book, balance: EnergyBalanceRow, at: number): void {
  const { alertJoules } = book.settings;
  const mean = balance.known === 0 ? 0 : balance.joules / balance.known;
  if (alertJoules === null || mean <= alertJoules) {
    balance.alerted_at = null;
    return;
  }
  if (balance.alerted_at !== null) return;
  balance.alerted_at = at;
  book.facts.push({
    tenantId: balance.tenant_id,
    type: 'energy.alerted',
    agentId: balance.scope_id,
    data: { joulesPerTask: Math.round(mean * 100) / 100, limitJ: alertJoules, attempts: balance.known },
  });
}

/** Rows by key, with those that were asked for in order to change them. */
interface Rows<Row> {
  find(key: string): Row | undefined;
  /** The row, made when it is not there; it will be saved. */
  at(key: string, make: () => Row): Row;
  changed(): Row[];
}

function rowsOf<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Rows<Row> {
  const all = new Map(rows.map((row) => [keyOf(row), row]));
  const touched = new Map<string, Row>();
  return {
    find: (key) => all.get(key),
    at(key, make) {
      const row = all.get(key) ?? make();
      all.set(key, row);
      touched.set(key, row);
      return row;
    },
    // In one order everywhere, so that nobody waits in a circle.
    changed: () => [...touched].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row),
  };
}

const unique = (values: readonly string[]) => [...new Set(values)];
const balanceKey = ({ scope, scope_id }: Pick<EnergyBalanceRow, 'scope' | 'scope_id'>) =>
  `${scope} ${scope_id}`;
const recordKey = ({ agent_id, capability }: Pick<EnergyRecordRow, 'agent_id' | 'capability'>) =>
  `${agent_id} ${capability}`;

function workersOf(all: Map<string, Map<string, boolean>>, root: string): Map<string, boolean> {
  const here = all.get(root) ?? new Map<string, boolean>();
  all.set(root, here);
  return here;
}

/** Keys of all pairs and groups that the readings may touch. */
function groupsToCome(
  workers: ReadonlyMap<string, ReadonlyMap<string, boolean>>,
  readings: readonly EnergyReadingRow[],
): string[] {
  const keys = new Set<string>();
  const here = new Map([...workers].map(([root, ids]) => [root, [...ids.keys()]]));
  for (const { root_id, agent_id } of readings) {
    if (agent_id === null) continue;
    const ids = here.get(root_id) ?? [];
    here.set(root_id, ids);
    if (!ids.includes(agent_id)) ids.push(agent_id);
    const some = ids.slice(0, MAX_TOGETHER);
    for (const other of some) if (other !== agent_id) keys.add(membersOf([other, agent_id]));
    if (some.length >= 3) keys.add(membersOf(some));
  }
  return [...keys];
}
