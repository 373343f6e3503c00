import type { Config } from '../../platform/kernel/config.ts';
import type { Operation } from '../../platform/kernel/operation.ts';
import type { Flags, Given } from './arguments.ts';
import type { LocalHouse } from './local-client.ts';
import type { Terminal } from './terminal.ts';

/** What commands need of a house, besides its operations. */
export interface CliHouse extends LocalHouse {
  /** True when this start made the home. */
  readonly isFirstStart: boolean;
  /** Lets what is in hand finish or hands it back, then closes the database. */
  close(): Promise<void>;
}

/** What `main` hands to the command line. Other doors come in as functions: doors do not import one another. */
export interface CliNeeds<House extends CliHouse> {
  readonly version: string;
  readonly operations: readonly Operation<House>[];
  readonly terminal: Terminal;
  /** `works`: carry out tasks in this process, too. */
  openHouse(config: Config, options: { works: boolean }): Promise<House>;
  serveHttp(
    house: House,
    operations: readonly Operation<House>[],
  ): Promise<{ url: string; port: number; close(): Promise<void> }>;
}

/** A command: its help, its flags and what it does. Resolves to the exit code. */
export interface Command {
  readonly name: string;
  /** Another name, of one word: `cadre models` is `cadre model list`. */
  readonly alias?: string;
  readonly summary: string;
  /** What follows the name, for the help. */
  readonly usage: string;
  readonly flags: Flags;
  run(given: Given): Promise<number>;
}
