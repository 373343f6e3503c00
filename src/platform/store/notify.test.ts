import { afterEach, expect, it } from 'vitest';
import { until } from '../../../test/support/engine.ts';
import { openGate } from '../../../test/support/gate.ts';
import { createTestDatabase, onEveryStore } from '../../../test/support/stores.ts';
import { listen } from './notify.ts';

onEveryStore('hints between processes', (dialect) => {
  const cleanups: Array<() => unknown> = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });

  it.skipIf(dialect === 'sqlite')(
    'after an outage one connection listens: those that could not be made leave nothing behind',
    async () => {
      const database = await createTestDatabase(dialect);
      cleanups.push(() => database.drop());
      const gate = await openGate(new URL(database.databaseUrl ?? ''));
      cleanups.push(gate.close);
      const heard: string[] = [];
      let gaps = 0;
      const notifications = await listen(
        gate.url,
        (payload) => heard.push(payload),
        () => {
          gaps += 1;
        },
      );
      cleanups.push(() => notifications.close());

      gate.shut(true);
      await until(async () => gate.refused >= 5, 'attempts to connect that fail');
      gate.shut(false);
      await until(async () => gaps > 0, 'a connection');
      // Longer than any attempt is put off: were there others, they would be here now.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await notifications.send('one');
      await notifications.send('two');
      await until(async () => heard.includes('two'), 'the hints');
      expect(heard).toEqual(['one', 'two']);
      expect([gaps, gate.connections]).toEqual([1, 1]);
    },
  );
});
