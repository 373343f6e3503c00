import { expect, it } from 'vitest';
import { onEveryStore } from '../support/stores.ts';
import { runStorm, type StormReport } from './storm.ts';

/**
 * The short form of the storm (GUARANTEES P1, P4, P5): kill -9 and SIGSTOP of real processes under load. The long
 * form is `npm run storm -- --kills 50`; that the storm can find fault, unfenced.test.ts shows.
 */
const LIMIT_MS = 180_000;
const reports: StormReport[] = [];

onEveryStore('the storm', (dialect) => {
  it(
    'loses nothing and does nothing twice per key',
    async () => {
      const stalls = dialect === 'postgres' ? 2 : 0;
      const report = await runStorm({ store: dialect, kills: 4, stalls, fencing: true, seed: 7 });
      reports.push(report);
      expect(report.faults).toEqual([]);
      expect(report.kills).toBe(4);
      expect(report.completed).toBe(report.acknowledged);
      expect(report.acknowledged).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});

it('the storm hit between effect and settle, where it hurts', () => {
  const hits = reports.map(({ store, betweenEffectAndSettle, acknowledged }) => ({
    store,
    betweenEffectAndSettle,
    acknowledged,
  }));
  process.stdout.write(`storm: ${JSON.stringify(hits)}\n`);
  expect(hits.reduce((sum, { betweenEffectAndSettle }) => sum + betweenEffectAndSettle, 0)).toBeGreaterThan(
    0,
  );
});
