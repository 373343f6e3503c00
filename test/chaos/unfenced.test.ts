import { describe, expect, it } from 'vitest';
import { runStorm, type StormReport } from './storm.ts';

/** Seeds to try; where a worker wakes is chance, and one round that finds fault is enough. */
const ROUNDS = 4;

/**
 * The tester is tested (GUARANTEES P5): without the fence, a worker that wakes after its lease writes over what its
 * successor has in hand, and the storm must see it. It needs two processes on one database, so PostgreSQL only; on
 * SQLite one process holds the home (P3), and fencing.test.ts shows the same by hand.
 */
describe.skipIf(!process.env.CADRE_TEST_POSTGRES_FOUND)('the storm without fencing on PostgreSQL', () => {
  it('finds fault', async () => {
    const reports: StormReport[] = [];
    for (let seed = 1; seed <= ROUNDS && !reports.some(({ faults }) => faults.length > 0); seed += 1) {
      reports.push(
        await runStorm({
          store: 'postgres',
          kills: 0,
          stalls: 6,
          fencing: false,
          seed,
          workMs: [300, 1_200],
          queue: 0,
        }),
      );
    }
    expect(reports.flatMap(({ faults }) => faults)).not.toEqual([]);
    process.stdout.write(`unfenced: found in round ${reports.length}: ${reports.at(-1)?.faults[0]}\n`);
  }, 180_000);
});
