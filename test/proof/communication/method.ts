import type { EventType } from '../../../src/platform/events/events.ts';
import type { World } from './world.ts';

/** A fact that must stand in the event log: of this type, about this id. */
export interface Evidence {
  type: EventType;
  /** The id of a message, task, agent or another thing; it stands in the fact. */
  about: string;
}

/** What one round left behind, once it was looked at. */
export interface Observed {
  /** Facts that prove the round; none at all is no proof. */
  evidence: Evidence[];
  /** Processes that said of themselves that they handled it. */
  handledBy?: number[];
}

/** Ends the part of a round that is timed: the effect is there. It asserts the rest, which takes no part in the time. */
export type Check = () => Promise<Observed>;

/** A negative twin: the same with its precondition broken. */
export interface Twin {
  /** What is broken, and what must come of it. */
  says: string;
  /** Tried once for every round; else for every twentieth. */
  everyRound?: true;
  /** Asserts the refusal, and answers what refused it: an error code, a status. @throws when nothing refused it */
  refuses(): Promise<string>;
}

/** A method that is ready in a world. */
export interface Prepared {
  /** From the call to the observable effect, asserted. `round` counts from 0 and makes each effect its own. */
  once(round: number): Promise<Check>;
  twins: readonly Twin[];
  /** Closes what it opened. */
  end?(): Promise<void>;
}

/** One of the communication methods of FEATURES CO-5. */
export interface Method {
  /** As in FEATURES: 1 to 12, 3 in its three forms. */
  id: string;
  name: string;
  /** One sentence: what it promises. */
  semantics: string;
  /** The operations it is asked by. */
  operations: readonly string[];
  /** One sentence: the effect that every round reads back. */
  effect: string;
  broken: Break;
  prepare(world: World): Promise<Prepared>;
}

/** How `--break` breaks a method at its heart, and nothing else. */
export interface Break {
  /** One sentence for readers. */
  how: string;
  /** Guards of the product that are switched off (`CADRE_FAULTS`); without them an agent outside misbehaves. */
  faults?: readonly string[];
}
