/** What a system that carries out workflows offers. One adapter per system in this folder, all behind this interface. */
import type { Labour } from './labour.ts';

/** Where a system may keep its data. Everything in it is thrown away afterwards. */
export interface WorkflowContext {
  /** An empty PostgreSQL database of its own. */
  postgresUrl: string;
  /** An empty folder of its own. */
  directory: string;
  /** Workflows in flight that will be asked for. A system may size its workers and pools by it. */
  inFlight: number;
  /** The work of the steps: next to nothing, and written down. */
  labour: Labour;
}

/** What a system's own store holds after the work, read with its own tables. */
export interface Counted {
  /** Workflows that stand as completed. */
  workflows: number;
  /** Steps of them whose result is stored. */
  steps: number;
}

export interface WorkflowPeer {
  name: string;
  /** What is on disk when the system says that a step is done. */
  durability: string;
  start(): Promise<void>;
  /** Ten steps in a row, each on the value of the one before. Answers the last value. */
  chain(task: string, seed: number): Promise<number>;
  /** Twenty steps: ten chains of two, side by side. Answers the last value of each chain, in order. */
  graph(task: string, seed: number): Promise<number[]>;
  /** One step makes a list of 100, a step for each of them, one step that gets all results. Answers its value. */
  fanOut(task: string, seed: number): Promise<number>;
  count(): Promise<Counted>;
  stop(): Promise<void>;
}

export type OpenWorkflows = (context: WorkflowContext) => WorkflowPeer;
