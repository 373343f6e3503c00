import { describe, expect, test } from 'vitest';
import { whyNoLoopMounts } from './loop-image.ts';
import { whyNoOwnPostgres } from './own-postgres.ts';
import { runPowerCut } from './power-cut.ts';
import { whyNoTrace } from './trace.ts';

// The short form of P2; the long one is `npm run guarantees -- P2`, its result in docs/proof/power-cut.json.
const noLoop = whyNoLoopMounts();
const noServer = whyNoOwnPostgres();
const noTrace = whyNoTrace();
if (noLoop) process.stderr.write(`SKIPPED: P2 power cut: ${noLoop}\n`);
else if (noServer) process.stderr.write(`SKIPPED: P2 power cut on PostgreSQL: ${noServer}\n`);
if (noTrace) process.stderr.write(`SKIPPED: the control of the P2 power cut on SQLite: ${noTrace}\n`);

describe.each(['sqlite', 'postgres'] as const)('P2: the power cut on %s', (store) => {
  const skip = noLoop !== undefined || (store === 'postgres' && noServer !== undefined);

  test.skipIf(skip)(
    'loses no acknowledged task and leaves a sound database',
    { timeout: 120_000 },
    async () => {
      const report = await runPowerCut({ store, cuts: 1, fsync: true, seed: 7 });
      expect(report.remarks).toEqual([]);
      expect(report).toMatchObject({ lost: 0, uncompleted: 0, unopenable: 0, damaged: 0 });
      expect(report.acknowledged).toBeGreaterThan(0);
      expect(report.completed).toBe(report.acknowledged);
    },
  );

  test.skipIf(skip || (store === 'sqlite' && noTrace !== undefined))(
    'shows the loss when fsync does nothing: the check can fail',
    { timeout: 120_000 },
    async () => {
      const report = await runPowerCut({ store, cuts: 1, fsync: false, seed: 7 });
      expect(report.acknowledged).toBeGreaterThan(0);
      expect(report.lost).toBeGreaterThan(0);
    },
  );
});
