import type { Client } from '../../../src/edge/cli/client.ts';
import type { EventRecord } from '../../../src/platform/events/events.ts';
import { until } from '../../support/engine.ts';
import type { Evidence } from './method.ts';

/** Reads the event log once, from its beginning to its end, and keeps what proves something. */
export interface LogReader {
  /**
   * The cursors of the facts that each round names, in its order. Waits a while: readers of the log on PostgreSQL wait
   * for older transactions. @throws when a fact is not there
   */
  prove(rounds: readonly Evidence[][]): Promise<string[][]>;
}

const PAGE = 500;
const PATIENCE_MS = 60_000;

export function createLogReader(client: Client): LogReader {
  /** The first cursor of each type and value. */
  const known = new Map<string, string>();
  let place: string | undefined;

  async function readOn(): Promise<void> {
    for (;;) {
      const { items } = (await client.call('events.list', {
        limit: PAGE,
        ...(place && { cursor: place }),
      })) as { items: EventRecord[] }; // as the operation documents
      for (const event of items) {
        for (const value of valuesOf(event)) {
          const key = keyOf(event.type, value);
          if (!known.has(key)) known.set(key, event.cursor);
        }
      }
      place = items.at(-1)?.cursor ?? place;
      if (items.length < PAGE) return;
    }
  }

  return {
    async prove(rounds) {
      const missing = () =>
        rounds.flatMap((evidence, index) =>
          evidence
            .filter(({ type, about }) => !known.has(keyOf(type, about)))
            .map((one) => ({ ...one, index })),
        );
      try {
        await until(
          async () => {
            if (missing().length > 0) await readOn();
            return missing().length === 0;
          },
          'the facts in the log',
          PATIENCE_MS,
        );
      } catch {
        const [first] = missing();
        throw new Error(`round ${(first?.index ?? 0) + 1}: no event ${first?.type} about ${first?.about}`);
      }
      return rounds.map((evidence) =>
        evidence.flatMap(({ type, about }) => known.get(keyOf(type, about)) ?? []),
      );
    },
  };
}

const keyOf = (type: string, value: string) => `${type} ${value}`;

function valuesOf(event: EventRecord): string[] {
  const { taskId, runId, agentId, data } = event;
  return [taskId, runId, agentId, ...Object.values(data)].filter((value) => typeof value === 'string');
}
