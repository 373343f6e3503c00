/** The systems of the bench: which file holds the adapter, and how many tasks it gets relative to the slowest. */
export interface System {
  name: string;
  /** Module under `bench/`, exporting `open: OpenPeer`. */
  module: string;
  /** A floor is a bare loop over the store, without an engine: it shows what the machine allows. */
  floor?: true;
  /** More work for fast systems, so that every measurement takes about as long. */
  weight: number;
}

export const SYSTEMS: System[] = [
  { name: 'cadre-sqlite', module: './peers/cadre-sqlite.ts', weight: 6 },
  { name: 'cadre-postgres', module: './peers/cadre-postgres.ts', weight: 6 },
  { name: 'dbos-postgres', module: './peers/dbos-postgres.ts', weight: 1 },
  { name: 'dbos-pglite', module: './peers/dbos-pglite.ts', weight: 1 },
  { name: 'langgraph-postgres', module: './peers/langgraph-postgres.ts', weight: 1 },
  { name: 'langgraph-sqlite', module: './peers/langgraph-sqlite.ts', weight: 1 },
  { name: 'bullmq-redis', module: './peers/bullmq.ts', weight: 3 },
  { name: 'floor-postgres-row', module: './peers/floor-postgres-row.ts', floor: true, weight: 6 },
  { name: 'floor-postgres-group', module: './peers/floor-postgres-group.ts', floor: true, weight: 10 },
  { name: 'floor-sqlite-row', module: './peers/floor-sqlite-row.ts', floor: true, weight: 3 },
  { name: 'floor-sqlite-group', module: './peers/floor-sqlite-group.ts', floor: true, weight: 10 },
  { name: 'twin-forgetful', module: './peers/twin-forgetful.ts', weight: 1 },
];

export function systemNamed(name: string): System {
  const found = SYSTEMS.find((system) => system.name === name);
  if (!found)
    throw new Error(`There is no system ${name}; there are ${SYSTEMS.map((one) => one.name).join(', ')}.`);
  return found;
}
