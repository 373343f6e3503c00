import type { Shape } from './labour.ts';

/** What Cadre must reach in a row, against peers in the same rounds. */
export type Bar = { times: number; system: string } | 'ahead of all';

/** One figure of the bench. */
export interface Row {
  id: string;
  title: string;
  shape: Shape;
  /** Workflows measured for a system of weight 1. */
  workflows: number;
  inFlight: number;
  /** Workflows per second, or the p50 of the milliseconds of each. */
  figure: 'perSecond' | 'p50Ms';
  /** Bars of the design, section 8; rows without any are measured to be told. */
  bars: Bar[];
}

export const ROWS: Row[] = [
  {
    id: 'chain-1',
    title: '10 steps in a row, one workflow at a time',
    shape: 'chain',
    workflows: 16,
    inFlight: 1,
    figure: 'perSecond',
    bars: [{ times: 2, system: 'dbos' }],
  },
  {
    id: 'chain-50',
    title: '10 steps in a row, 50 workflows in flight',
    shape: 'chain',
    workflows: 250,
    inFlight: 50,
    figure: 'perSecond',
    bars: [{ times: 3, system: 'dbos' }, 'ahead of all'],
  },
  {
    id: 'chain-200',
    title: '10 steps in a row, 200 workflows in flight',
    shape: 'chain',
    workflows: 400,
    inFlight: 200,
    figure: 'perSecond',
    bars: [],
  },
  {
    id: 'fan-out',
    title: '1 to 100 and join, one workflow at a time',
    shape: 'fan-out',
    workflows: 6,
    inFlight: 1,
    figure: 'p50Ms',
    bars: [{ times: 5, system: 'dbos' }],
  },
  {
    id: 'graph',
    title: 'graph of 20 tasks (10 chains of 2), one workflow at a time',
    shape: 'graph',
    workflows: 14,
    inFlight: 1,
    figure: 'p50Ms',
    bars: ['ahead of all'],
  },
];

/** A system and its adapter. */
export interface System {
  name: string;
  /** Module under `bench/`, exporting `open: OpenWorkflows`. */
  module: string;
  role: 'cadre' | 'peer';
  /** Its share of the workflows of a row with many in flight, so that a measurement takes seconds. */
  weight: number;
}

export const SYSTEMS: System[] = [
  { name: 'cadre-postgres', module: './workflows/cadre-postgres.ts', role: 'cadre', weight: 1 },
  { name: 'cadre-sqlite', module: './workflows/cadre-sqlite.ts', role: 'cadre', weight: 1 },
  { name: 'cadre-postgres-tasks', module: './workflows/cadre-postgres-tasks.ts', role: 'cadre', weight: 0.4 },
  { name: 'cadre-sqlite-tasks', module: './workflows/cadre-sqlite-tasks.ts', role: 'cadre', weight: 0.4 },
  { name: 'dbos', module: './workflows/dbos.ts', role: 'peer', weight: 1 },
  { name: 'dbos-steps', module: './workflows/dbos-steps.ts', role: 'peer', weight: 1 },
  { name: 'langgraph', module: './workflows/langgraph.ts', role: 'peer', weight: 0.6 },
  { name: 'mastra', module: './workflows/mastra.ts', role: 'peer', weight: 1 },
];

/** A chain has nothing side by side, so both ways of DBOS are one there. */
export const systemsOf = (row: Row): System[] =>
  SYSTEMS.filter((system) => system.name !== 'dbos-steps' || row.shape !== 'chain');
