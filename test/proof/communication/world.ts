import type { Client } from '../../../src/edge/cli/client.ts';
import type { LogReader } from './log.ts';

/** A process of a world. */
export interface Part {
  pid: number;
  /** Who it is: its command, and what it does. */
  is: string;
}

/** Where the methods are tried: agents that ask, agents that handle, and what is between them. */
export interface World {
  store: 'sqlite' | 'postgres';
  /** Calls operations by name as people and programs do; over HTTP, or in this process. */
  client: Client;
  /** The HTTP door of the asking side, and a key for it. */
  url: string;
  key: string;
  log: LogReader;
  /** Ids of the agents by name. */
  ids: Readonly<Record<string, string>>;
  /** The process that takes the calls. */
  asking: number;
  /** The processes that handle messages and tasks. */
  handlers: readonly number[];
  parts: readonly Part[];
  /** One sentence: how the parts are connected. */
  connected: string;
  /** Has the agents outside of a method misbehave from now on; of none, without a method. */
  sabotage(method: string | undefined): Promise<void>;
  /** @throws when a process is gone that should be there */
  checkAlive(): void;
  close(): Promise<void>;
}
