import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { until } from '../../../test/support/engine.ts';
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
        gate.databaseUrl,
        (payload) => heard.push(payload),
        () => {
          gaps += 1;
        },
      );
      cleanups.push(() => notifications.close());

      gate.shut();
      await until(async () => gate.refused >= 5, 'attempts to connect that fail');
      gate.open();
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

/** A way to a server that can be shut: who is connected is cut off, who comes is turned away. */
async function openGate(to: URL) {
  const open = new Set<Socket>();
  let isShut = false;
  let refused = 0;
  const server = createServer((client) => {
    client.on('error', () => {});
    if (isShut) {
      refused += 1;
      client.destroy();
      return;
    }
    const onward = connect(Number(to.port || 5432), to.hostname);
    onward.on('error', () => {});
    open.add(client);
    client.on('close', () => {
      open.delete(client);
      onward.destroy();
    });
    onward.on('close', () => client.destroy());
    client.pipe(onward).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(to);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  const cut = () => {
    for (const client of open) client.destroy();
  };
  return {
    databaseUrl: url.toString(),
    shut: () => {
      isShut = true;
      cut();
    },
    open: () => {
      isShut = false;
    },
    get refused() {
      return refused;
    },
    get connections() {
      return open.size;
    },
    close: () => {
      cut();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
