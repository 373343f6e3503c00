/** The rows of the bench: one per figure of the design that `bench/runs.ts` measures. */

export interface Row {
  id: string;
  title: string;
  kind: 'steps' | 'graph' | 'fan-out';
  tasks: number;
  steps: number;
  inFlight: number;
  width: number;
  depth: number;
  repeats: number;
  /** Which figure of a measurement is the row's, and whether more is better. */
  figure: 'perSecond' | 'p50Ms' | 'transitionP95Ms';
  unit: 'tasks/s' | 'ms';
  cadre: string;
  peers: string[];
  floors: string[];
  /** What Cadre must reach in this row, as a share of a peer or as a figure. */
  limits: Limit[];
}

export type Limit =
  | { kind: 'at-least'; value: number }
  | { kind: 'at-most'; value: number }
  /** So many times better than that system. */
  | { kind: 'times'; system: string; times: number }
  | { kind: 'ahead-of-all' };

const POSTGRES_PEERS = ['dbos-postgres', 'langgraph-postgres', 'bullmq-redis'];
const POSTGRES_FLOORS = ['floor-postgres-row', 'floor-postgres-group'];
const NOTHING = { tasks: 0, steps: 0, width: 0, depth: 0, repeats: 0 };

export const ROWS: Row[] = [
  {
    ...NOTHING,
    id: 'embedded',
    title: '5-step durable tasks/s, embedded SQLite, 64 in flight',
    kind: 'steps',
    tasks: 300,
    steps: 5,
    inFlight: 64,
    figure: 'perSecond',
    unit: 'tasks/s',
    cadre: 'cadre-sqlite',
    peers: ['dbos-pglite', 'langgraph-sqlite'],
    floors: ['floor-sqlite-row', 'floor-sqlite-group'],
    limits: [{ kind: 'at-least', value: 1_000 }, { kind: 'ahead-of-all' }],
  },
  {
    ...NOTHING,
    id: 'postgres-50',
    title: '10-step durable tasks/s on PostgreSQL, 50 in flight',
    kind: 'steps',
    tasks: 300,
    steps: 10,
    inFlight: 50,
    figure: 'perSecond',
    unit: 'tasks/s',
    cadre: 'cadre-postgres',
    peers: POSTGRES_PEERS,
    floors: POSTGRES_FLOORS,
    limits: [{ kind: 'times', system: 'dbos-postgres', times: 3 }, { kind: 'ahead-of-all' }],
  },
  {
    ...NOTHING,
    id: 'postgres-1',
    title: '10-step durable tasks/s on PostgreSQL, one at a time',
    kind: 'steps',
    tasks: 60,
    steps: 10,
    inFlight: 1,
    figure: 'perSecond',
    unit: 'tasks/s',
    cadre: 'cadre-postgres',
    peers: POSTGRES_PEERS,
    floors: POSTGRES_FLOORS,
    limits: [{ kind: 'times', system: 'dbos-postgres', times: 2 }],
  },
  {
    ...NOTHING,
    id: 'graph',
    title: 'chief to a graph of 20 tasks (10 chains of 2) and back, p50',
    kind: 'graph',
    width: 10,
    depth: 2,
    repeats: 20,
    inFlight: 20,
    figure: 'p50Ms',
    unit: 'ms',
    cadre: 'cadre-postgres',
    peers: POSTGRES_PEERS,
    floors: POSTGRES_FLOORS,
    limits: [{ kind: 'ahead-of-all' }],
  },
  {
    ...NOTHING,
    id: 'fan-out',
    title: 'fan-out 1 to 100 and join, p50',
    kind: 'fan-out',
    width: 100,
    repeats: 8,
    inFlight: 64,
    figure: 'p50Ms',
    unit: 'ms',
    cadre: 'cadre-postgres',
    peers: POSTGRES_PEERS,
    floors: POSTGRES_FLOORS,
    limits: [{ kind: 'times', system: 'dbos-postgres', times: 5 }],
  },
  {
    ...NOTHING,
    id: 'transition',
    title: 'step transition p95, PostgreSQL, 64 in flight',
    kind: 'steps',
    tasks: 200,
    steps: 10,
    inFlight: 64,
    figure: 'transitionP95Ms',
    unit: 'ms',
    cadre: 'cadre-postgres',
    peers: POSTGRES_PEERS,
    floors: POSTGRES_FLOORS,
    limits: [{ kind: 'at-most', value: 20 }],
  },
];
