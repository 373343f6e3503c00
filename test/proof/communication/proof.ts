import { measure, type Row } from './measure.ts';
import type { Method } from './method.ts';
import { METHODS } from './methods.ts';
import { openOneProcess } from './one-process.ts';
import { openTwoProcesses } from './two-processes.ts';
import type { Part, World } from './world.ts';

/** What was seen in one world. */
export interface WorldReport {
  store: 'sqlite' | 'postgres';
  parts: readonly Part[];
  asking: number;
  connected: string;
  rows: Row[];
  seconds: number;
}

export interface ProofOptions {
  /** Which methods are tried; absent: all. */
  only?: readonly string[];
  rounds: number;
  /** The method to break, by its id. */
  breaks?: string | undefined;
  say?: (line: string) => void;
}

/** The method of an id; undefined for none. @throws when there is no such method */
export function methodOf(id: string | undefined): Method | undefined {
  const found = METHODS.find((method) => method.id === id);
  if (id !== undefined && !found)
    throw new Error(`There is no method ${id}; there are ${METHODS.map((method) => method.id).join(', ')}.`);
  return found;
}

/** A world in which the product is whole, but for the guards that the break of a method switches off. */
export function openWorld(store: 'sqlite' | 'postgres', breaks?: string): Promise<World> {
  const faults = methodOf(breaks)?.broken.faults ?? [];
  return store === 'sqlite' ? openOneProcess(faults) : openTwoProcesses(faults);
}

/** Tries every method in a world; where one is to be broken by its agents, they misbehave meanwhile. */
export async function proveIn(world: World, options: ProofOptions): Promise<WorldReport> {
  const { rounds, breaks, only, say = () => {} } = options;
  const startedAt = performance.now();
  const { store, parts, asking, connected } = world;
  const broken = methodOf(breaks);
  await world.sabotage(broken && !broken.broken.faults ? broken.id : undefined);
  const rows: Row[] = [];
  for (const method of METHODS.filter(({ id }) => only?.includes(id) ?? true)) {
    const row = await measure(method, world, rounds);
    rows.push(row);
    say(`${store} ${row.id} ${row.name}: ${row.verdict}${row.reason ? `: ${row.reason}` : ''}`);
  }
  world.checkAlive();
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return { store, parts, asking, connected, rows, seconds };
}
